"""An institution that may sit in the council."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from schemas.events.bodies import InstitutionKind, InstitutionRegistered
from services.chassis.decisions import Aggregate, Decision


@dataclass(frozen=True, kw_only=True)
class Institution(Aggregate):
    """`feminine` rules the French adjectives about it; `commune` is an INSEE code, None when it serves several."""

    name: str
    kind: InstitutionKind
    feminine: bool
    commune: str | None = None


def register(
    institution_id: UUID, *, name: str, kind: InstitutionKind, feminine: bool, commune: str | None
) -> Decision[Institution]:
    """Makes an institution known."""
    institution = Institution(id=institution_id, name=name, kind=kind, feminine=feminine, commune=commune)
    return institution.after(
        InstitutionRegistered(institution_id=institution_id, name=name, kind=kind, feminine=feminine, commune=commune)
    )
