"""Planning, moving and cancelling a meeting."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from schemas.events.meetings import ChangeReason, MeetingCancelled, MeetingRescheduled, MeetingScheduled
from services.chassis.decisions import Decision
from services.chassis.french import local
from services.meetings.domain.body import Constituted, ensure_active
from services.meetings.domain.body import facts_of as facts_of_body
from services.meetings.domain.meeting import Meeting, MeetingState, appointment_of, ensure_movable
from services.meetings.domain.notice import ensure_notice
from services.meetings.domain.refusals import MeetingInThePast, MeetingTooFarAhead, NothingToMove


def schedule(
    meeting_id: UUID,
    body: Constituted,
    *,
    subject: str,
    starts_at: datetime,
    duration_minutes: int,
    place: str,
    horizon_months: int,
    now: datetime,
) -> Decision[Meeting]:
    """Plans a meeting of an active body.

    Raises MeetingInThePast, MeetingTooFarAhead or BodyNotActive.
    """
    ensure_ahead(starts_at, horizon_months=horizon_months, now=now)
    ensure_active(body, on=local(starts_at).date())
    meeting = Meeting(
        id=meeting_id,
        **facts_of_body(body),
        subject=subject,
        starts_at=starts_at,
        duration_minutes=duration_minutes,
        place=place,
        scheduled_at=now,
    )
    return meeting.after(MeetingScheduled(**appointment_of(meeting)))


def reschedule(
    meeting: Meeting,
    body: Constituted,
    *,
    starts_at: datetime,
    duration_minutes: int,
    place: str,
    reason: ChangeReason,
    notice_days: int,
    horizon_months: int,
    now: datetime,
) -> Decision[Meeting]:
    """Moves a meeting; once convened, the new date leaves members the same notice as a convening.

    Raises MeetingOver and its like, NothingToMove, MeetingInThePast, MeetingTooFarAhead, BodyNotActive or
    NoticeTooShort.
    """
    ensure_movable(meeting)
    if (starts_at, duration_minutes, place) == (meeting.starts_at, meeting.duration_minutes, meeting.place):
        raise NothingToMove
    ensure_ahead(starts_at, horizon_months=horizon_months, now=now)
    ensure_active(body, on=local(starts_at).date())
    convened = meeting.state is MeetingState.CONVENED
    if convened and starts_at != meeting.starts_at:
        ensure_notice(starts_at, kind=meeting.body_kind, days=notice_days, now=now)
    changes = {
        "starts_at": starts_at,
        "duration_minutes": duration_minutes,
        "place": place,
        "postponed_from": meeting.starts_at,
        "change_reason": reason,
        "calendar_sequence": meeting.calendar_sequence + convened,
    }
    moved = meeting.after(**changes).state
    fact = MeetingRescheduled(
        **appointment_of(moved),
        previous_starts_at=meeting.starts_at,
        reason=reason,
        convened=convened,
        members=[invitation.invited() for invitation in meeting.invitations],
    )
    return meeting.after(fact, **changes)


def cancel(meeting: Meeting, *, reason: ChangeReason, now: datetime) -> Decision[Meeting]:
    """Gives a meeting up. Raises MeetingOver, MeetingInSession or MeetingIsCancelled."""
    ensure_movable(meeting)
    convened = meeting.state is MeetingState.CONVENED
    changes = {
        "state": MeetingState.CANCELLED,
        "change_reason": reason,
        "closed_at": now,
        "calendar_sequence": meeting.calendar_sequence + convened,
    }
    given_up = meeting.after(**changes).state
    fact = MeetingCancelled(
        **appointment_of(given_up),
        reason=reason,
        convened=convened,
        members=[invitation.invited() for invitation in meeting.invitations],
    )
    return meeting.after(fact, **changes)


def ensure_ahead(starts_at: datetime, *, horizon_months: int, now: datetime) -> None:
    """Raises MeetingInThePast, or MeetingTooFarAhead beyond `horizon_months` of 31 days."""
    if starts_at <= now:
        raise MeetingInThePast
    if starts_at > now + timedelta(days=31 * horizon_months):
        raise MeetingTooFarAhead(months=horizon_months)
