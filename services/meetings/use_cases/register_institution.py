"""Make an institution known to the council."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from schemas.events.bodies import InstitutionKind
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.meetings import history, store
from services.meetings.domain.institution import Institution, register
from services.meetings.texts import InseeCode, Line


class RegisterInstitution(Command):
    """Make an institution known, so that it may be designated and sign plans."""

    name: Line = Field(description="Its name as letters show it.")
    kind: InstitutionKind = Field(description="What it is.")
    feminine: bool = Field(description="Whether French adjectives about it are feminine.")
    commune: InseeCode | None = Field(default=None, description="INSEE code of its commune.")


async def register_institution(institution_id: UUID, command: RegisterInstitution, act: Act) -> Decision[Institution]:
    """Nothing is refused beyond what the command itself says."""
    decision = register(
        institution_id, name=command.name, kind=command.kind, feminine=command.feminine, commune=command.commune
    )
    await store.save_institution(act.tx, decision.state)
    history.keep(act, decision)
    return decision
