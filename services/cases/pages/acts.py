"""The acts of an object as its page offers them: possible now, not yet, or somebody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from schemas.roles import Role
from services.chassis.errors import Refusal
from services.chassis.identity import Principal
from services.chassis.web import Action, Blocked

_OWNERS = {
    Role.PROSECUTOR: "Cette action revient au parquet.",
    Role.MAYOR: "Réservé au maire ou à la personne déléguée.",
    Role.COORDINATOR: "Cette action revient à la coordination.",
    Role.PRESIDENT: "Cette action revient à la présidence ou à la coordination.",
    Role.MUNICIPAL_POLICE: "Cette action revient à la police municipale ou à la coordination.",
}
_ORDER = (Role.PROSECUTOR, Role.PRESIDENT, Role.COORDINATOR, Role.MUNICIPAL_POLICE, Role.MAYOR)


@dataclass(frozen=True)
class Possible:
    """An act: who may, and the rule that says whether it is lawful now. `passed`: refusals that say it is behind."""

    action: Action
    allow: frozenset[Role]
    check: Callable[[], None]
    passed: tuple[type[Refusal], ...] = ()


def sort_out(acts: Iterable[Possible], by: Principal) -> tuple[list[Action], list[Blocked]]:
    """What `by` may do now, and what is not possible with the reason."""
    now: list[Action] = []
    blocked: list[Blocked] = []
    for act in acts:
        try:
            act.check()
        except act.passed:
            continue
        except Refusal as refusal:
            blocked.append(Blocked(act.action.label, refusal.detail))
            continue
        if by.has(*act.allow):
            now.append(act.action)
        else:
            blocked.append(Blocked(act.action.label, _owner(act.allow)))
    return now, blocked


def _owner(allow: frozenset[Role]) -> str:
    return next(_OWNERS[role] for role in _ORDER if role in allow)
