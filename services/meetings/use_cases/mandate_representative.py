"""Record who an institution specially designated to represent it at a meeting."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from schemas.roles import Role
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.meetings import history, store
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.refusals import MandateOfAnotherInstitution
from services.meetings.domain.session import mandate
from services.meetings.texts import Line


class MandateRepresentative(Command):
    """Record a representative « spécialement désigné ». An institution does so itself, or the secretariat for it."""

    institution_id: UUID = Field(description="The institution.")
    holder: Line = Field(description="Name of the representative; stays in this service.")
    capacity: Line = Field(description="In what capacity.")


async def mandate_representative(meeting_id: UUID, command: MandateRepresentative, act: Act) -> Decision[Meeting]:
    """Raises MandateOfAnotherInstitution, NotInvited, or why nobody can be designated."""
    meeting = act.current(await store.lock_meeting(act.tx, meeting_id))
    if not act.by.has(Role.COORDINATOR) and act.by.institution != command.institution_id:
        raise MandateOfAnotherInstitution
    decision = mandate(meeting, command.institution_id, holder=command.holder, capacity=command.capacity, now=act.now)
    await store.save_meeting(act.tx, decision.state)
    history.keep(act, decision)
    return decision
