"""Meetings with their state, notice, attendance and decisions, and the yearly duty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemas.envelope import Envelope
from schemas.events.meetings import (
    AnnualObligationFulfilled,
    AttendanceRecorded,
    DecisionRecorded,
    MeetingCancelled,
    MeetingConvened,
    MeetingHeld,
    MeetingRescheduled,
    MeetingScheduled,
)
from services.chassis.projections import Change, Projection, Table

MEETING = Table("meeting", key=("meeting_id",))
ATTENDANCE = Table("attendance", key=("meeting_id", "institution_id"))
DECISION = Table("decision", key=("decision_id",), kept=frozenset({"meeting_id", "told_at"}))
# The first plenary that meets the duty counts; a later one of the same year changes nothing.
ANNUAL_DUTY = Table("annual_duty", key=("year",), lowest="held_on")

meetings = Projection("meetings", MEETING, ATTENDANCE, DECISION, ANNUAL_DUTY)
Meeting = MeetingScheduled | MeetingConvened | MeetingRescheduled | MeetingCancelled | MeetingHeld


@meetings.on(MeetingScheduled)
def on_meeting_scheduled(event: MeetingScheduled, cause: Envelope) -> Iterator[Change]:
    yield _meeting(event, cause, "planned")


@meetings.on(MeetingConvened)
def on_meeting_convened(event: MeetingConvened, cause: Envelope) -> Iterator[Change]:
    notice = {"notice_days": event.notice_days, "notice_days_required": event.notice_days_required}
    yield _meeting(event, cause, "convened", **notice)


@meetings.on(MeetingRescheduled)
def on_meeting_rescheduled(event: MeetingRescheduled, cause: Envelope) -> Iterator[Change]:
    yield _meeting(event, cause, "convened" if event.convened else "planned")


@meetings.on(MeetingCancelled)
def on_meeting_cancelled(event: MeetingCancelled, cause: Envelope) -> Iterator[Change]:
    yield _meeting(event, cause, "cancelled")


@meetings.on(AttendanceRecorded)
def on_attendance_recorded(event: AttendanceRecorded, cause: Envelope) -> Iterator[Change]:
    for each in event.attendance:
        yield ATTENDANCE.put(meeting_id=event.meeting_id, institution_id=each.institution_id, presence=each.presence)


@meetings.on(DecisionRecorded)
def on_decision_recorded(event: DecisionRecorded, cause: Envelope) -> Iterator[Change]:
    yield DECISION.put(decision_id=event.decision_id, meeting_id=event.meeting_id, kind=event.kind, told_at=cause.time)


@meetings.on(MeetingHeld)
def on_meeting_held(event: MeetingHeld, cause: Envelope) -> Iterator[Change]:
    yield _meeting(event, cause, "held")


@meetings.on(AnnualObligationFulfilled)
def on_annual_obligation_fulfilled(event: AnnualObligationFulfilled, cause: Envelope) -> Iterator[Change]:
    yield ANNUAL_DUTY.put(year=event.year, held_on=event.held_on, told_at=cause.time)


def _meeting(event: Meeting, cause: Envelope, state: str, **more: Any) -> Change:
    return MEETING.put(
        meeting_id=event.meeting_id,
        body_id=event.body_id,
        state=state,
        starts_at=event.starts_at,
        told_at=cause.time,
        **more,
    )
