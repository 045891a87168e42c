"""Who sees which deliveries: the secretariat and the operator all, the presidency all but cases, others their own."""

from __future__ import annotations

from dataclasses import replace

from schemas.events.deliveries import AboutKind
from schemas.roles import Role
from services.chassis.errors import NotAllowed
from services.chassis.identity import Principal
from services.notifications.domain.delivery import Delivery
from services.notifications.queries import Filter

READERS = frozenset(
    {
        Role.COORDINATOR,
        Role.PRESIDENT,
        Role.MAYOR,
        Role.MUNICIPAL_POLICE,
        Role.PROSECUTOR,
        Role.PARTNER,
        Role.OPERATOR,
    }
)
SECRETARIAT = frozenset({Role.COORDINATOR})
DIRECTORY_READERS = frozenset({Role.COORDINATOR, Role.OPERATOR})
RETRIERS = frozenset({Role.COORDINATOR, Role.OPERATOR})
_NOT_CASES = frozenset(AboutKind) - {AboutKind.CASE}


def sees_all(by: Principal) -> bool:
    """Whether the list names institutions other than the reader's own."""
    return by.has(Role.COORDINATOR, Role.OPERATOR, Role.PRESIDENT)


def within_sight(wanted: Filter, by: Principal) -> Filter:
    """The filter narrowed to what `by` may see. Raises NotAllowed for somebody who sits for no institution."""
    if by.has(Role.COORDINATOR, Role.OPERATOR):
        return wanted
    if by.has(Role.PRESIDENT):
        return replace(wanted, abouts=wanted.abouts & _NOT_CASES)
    if by.institution is None:
        raise NotAllowed
    return replace(wanted, institution=by.institution)


def may_see(delivery: Delivery, by: Principal) -> bool:
    if by.has(Role.COORDINATOR, Role.OPERATOR) or delivery.institution_id == by.institution:
        return True
    return by.has(Role.PRESIDENT) and delivery.about in _NOT_CASES
