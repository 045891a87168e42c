"""Move a meeting."""

from __future__ import annotations

from uuid import UUID

from pydantic import AwareDatetime, Field

from schemas.events.meetings import ChangeReason
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.chassis.french import local
from services.meetings import history, rules, store
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.scheduling import reschedule
from services.meetings.texts import Line


class RescheduleMeeting(Command):
    """Move a meeting to another date or place. Members already convened are told, with the same notice."""

    starts_at: AwareDatetime = Field(description="New beginning, with its offset.")
    duration_minutes: int | None = Field(default=None, ge=15, le=720, description="Duration, when it changes.")
    place: Line | None = Field(default=None, description="Place, when it changes.")
    reason: ChangeReason = Field(description="Why.")


async def reschedule_meeting(meeting_id: UUID, command: RescheduleMeeting, act: Act) -> Decision[Meeting]:
    """Raises NoticeTooShort, NothingToMove, MeetingInThePast, BodyNotActive, or why it can no longer be moved."""
    meeting = act.current(await store.lock_meeting(act.tx, meeting_id))
    body = await store.constituted_body_of(act.tx, meeting.body_id)
    today = local(act.now).date()
    decision = reschedule(
        meeting,
        body,
        starts_at=command.starts_at,
        duration_minutes=command.duration_minutes or meeting.duration_minutes,
        place=command.place or meeting.place,
        reason=command.reason,
        notice_days=rules.notice_days(meeting.body_kind, on=today),
        horizon_months=rules.horizon_months(on=today),
        now=act.now,
    )
    await store.save_meeting(act.tx, decision.state)
    history.keep(act, decision)
    return decision
