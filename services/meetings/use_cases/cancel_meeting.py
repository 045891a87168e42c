"""Give a meeting up."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from schemas.events.meetings import ChangeReason
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.meetings import history, store
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.scheduling import cancel


class CancelMeeting(Command):
    """Give a meeting up. Members already convened are told."""

    reason: ChangeReason = Field(description="Why.")


async def cancel_meeting(meeting_id: UUID, command: CancelMeeting, act: Act) -> Decision[Meeting]:
    """Raises MeetingOver, MeetingInSession or MeetingIsCancelled."""
    meeting = act.current(await store.lock_meeting(act.tx, meeting_id))
    decision = cancel(meeting, reason=command.reason, now=act.now)
    await store.save_meeting(act.tx, decision.state)
    history.keep(act, decision)
    return decision
