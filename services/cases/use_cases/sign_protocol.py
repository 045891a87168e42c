"""Put a protocol signed with the prosecutor's office on record."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from services.cases import reference, store
from services.cases.domain import protocol
from services.cases.domain.competence import check_commune
from services.cases.domain.days import day_of
from services.cases.domain.protocol import Protocol
from services.cases.texts import Insee, Line, MotiveCode
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class SignProtocol(Command):
    """Put on record the protocol of the rappel à l'ordre between a mayor and the prosecutor's office."""

    commune: Insee = Field(description="INSEE code of the commune.")
    prosecutor_office: Line = Field(description="Name of the office, such as « Parquet de Boulogne-sur-Mer ».")
    signed_on: date
    valid_from: date
    valid_until: date | None = None
    motives: tuple[MotiveCode, ...] = Field(min_length=1, max_length=40, description="Codes of the agreed motives.")
    reply_days: int = Field(ge=1, le=90, description="Calendar days that the office has to reply.")
    silence_is_clearance: bool = Field(default=False, description="Whether silence counts as clearance.")


async def sign_protocol(protocol_id: UUID, command: SignProtocol, act: Act) -> Decision[Protocol]:
    """Raises OutsideCommune, or as the domain's sign_protocol."""
    check_commune(act.by, command.commune)
    others = await store.lock_protocols(act.tx, command.commune)
    today = day_of(act.now)
    draft = Protocol(id=protocol_id, **command.model_dump(exclude={"motives"}), motives=frozenset(command.motives))
    decision = protocol.sign_protocol(draft, known_motives=reference.motives(today), others=others, today=today)
    await store.save_protocol(act.tx, decision.state)
    return decision
