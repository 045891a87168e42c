"""Give an institution a seat in a body."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from schemas.events.bodies import Authority, Seat
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.meetings import history, store
from services.meetings.domain.body import Body, designate


class DesignateMember(Command):
    """Give an institution a seat. One that the president designates sits with its own agreement."""

    institution_id: UUID = Field(description="The institution.")
    seat: Seat = Field(description="By what right it sits.")
    designated_by: Authority = Field(description="Who designated it.")
    agreed_on: date | None = Field(default=None, description="Day of its agreement, for a designated institution.")


async def designate_member(body_id: UUID, command: DesignateMember, act: Act) -> Decision[Body]:
    """Raises InstitutionUnknown, AlreadyMember, AgreementMissing or BodyIsDissolved."""
    body = act.current(await store.lock_body(act.tx, body_id))
    institution = await store.institution_of(act.tx, command.institution_id)
    decision = designate(
        body, institution, seat=command.seat, designated_by=command.designated_by, agreed_on=command.agreed_on
    )
    await store.save_body(act.tx, decision.state)
    history.keep(act, decision)
    return decision
