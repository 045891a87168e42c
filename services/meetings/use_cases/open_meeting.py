"""Open a meeting."""

from __future__ import annotations

from uuid import UUID

from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.meetings import history, store
from services.meetings.domain import session
from services.meetings.domain.meeting import Meeting


class OpenMeeting(Command):
    """Open the session, from the day of the meeting on."""


async def open_meeting(meeting_id: UUID, command: OpenMeeting, act: Act) -> Decision[Meeting]:
    """Raises MeetingNotToday, or why the meeting cannot be opened."""
    meeting = act.current(await store.lock_meeting(act.tx, meeting_id))
    decision = session.open_meeting(meeting, now=act.now)
    await store.save_meeting(act.tx, decision.state)
    history.keep(act, decision)
    return decision
