"""Who is told: the matrix's words turned into institutions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from schemas.events.bodies import InstitutionKind
from schemas.events.deliveries import DeliverySubject
from services.chassis.reference import Reference
from services.notifications.domain.partner import Partner


@dataclass(frozen=True, kw_only=True)
class Circle:
    """The institutions and the commune that the fact itself designates."""

    members: frozenset[UUID] = field(default_factory=frozenset)
    told: frozenset[UUID] = field(default_factory=frozenset)
    signatories: frozenset[UUID] = field(default_factory=frozenset)
    commune: str | None = None


def audience(
    matrix: Reference, subject: DeliverySubject, circle: Circle, directory: Iterable[Partner], *, on: date, of: str = ""
) -> list[Partner]:
    """The institutions to tell on that day, each once, in the order of the directory, without those that opted out.

    `of` narrows the rule to a kind of body. Raises NoRuleInForce when the matrix has no line for the subject.
    """
    words = frozenset(matrix.value(f"{subject}.{of}" if of else str(subject), on=on))
    return [partner for partner in directory if _is_meant(partner, words, circle) and partner.wants(subject)]


def _is_meant(partner: Partner, words: frozenset[str], circle: Circle) -> bool:
    named = {"members": circle.members, "told": circle.told, "signatories": circle.signatories}
    if partner.kind in words or any(partner.id in those for word, those in named.items() if word in words):
        return True
    here = circle.commune is not None and partner.commune == circle.commune
    return here and (
        (partner.kind == InstitutionKind.COMMUNE and "commune-concerned" in words)
        or (partner.kind == InstitutionKind.MUNICIPAL_POLICE and "police-concerned" in words)
    )
