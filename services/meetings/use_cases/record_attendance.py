"""Record how institutions attend a meeting."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.events.meetings import Presence
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.meetings import history, store
from services.meetings.domain import session
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.session import Attendance
from services.meetings.texts import Line


class AttendanceRow(BaseModel):
    """How one institution attends."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    institution_id: UUID = Field(description="The institution.")
    presence: Presence = Field(description="How it attends.")
    represented_by: Line | None = Field(
        default=None, description="Name and capacity of its representative; those of its mandate by default."
    )


class RecordAttendance(Command):
    """Record or correct how some institutions attend; the others stay as they are."""

    attendance: list[AttendanceRow] = Field(min_length=1, max_length=200, description="One row an institution.")


async def record_attendance(meeting_id: UUID, command: RecordAttendance, act: Act) -> Decision[Meeting]:
    """Raises InstitutionListedTwice, NotInvited, RepresentativeUnnamed, or why nothing can be recorded."""
    meeting = act.current(await store.lock_meeting(act.tx, meeting_id))
    rows = [Attendance(**row.model_dump()) for row in command.attendance]
    decision = session.record_attendance(meeting, rows, now=act.now)
    await store.save_meeting(act.tx, decision.state)
    history.keep(act, decision)
    return decision
