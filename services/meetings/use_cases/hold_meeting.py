"""End a meeting."""

from __future__ import annotations

from uuid import UUID

from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.meetings import history, rules, store
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.session import hold


class HoldMeeting(Command):
    """Record the end of the session, once every institution's attendance is known."""


async def hold_meeting(meeting_id: UUID, command: HoldMeeting, act: Act) -> Decision[Meeting]:
    """Raises AttendanceIncomplete, or why the meeting cannot be ended."""
    meeting = act.current(await store.lock_meeting(act.tx, meeting_id))
    decision = hold(meeting, duty_kinds=rules.annual_duty_kinds(on=meeting.day), now=act.now)
    await store.save_meeting(act.tx, decision.state)
    history.keep(act, decision)
    return decision
