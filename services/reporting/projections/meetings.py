"""Meetings with their state, notice, attendance and decisions, and the yearly duty."""

from __future__ import annotations

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
from services.chassis.act import Act
from services.chassis.subscriptions import Subscriptions
from services.reporting import store
from services.reporting.projections.moment import told_at

meetings = Subscriptions()


@meetings.on(MeetingScheduled)
async def on_meeting_scheduled(event: MeetingScheduled, act: Act) -> None:
    await store.save_meeting(act.tx, event.meeting_id, event.body_id, "planned", event.starts_at, told_at(act))


@meetings.on(MeetingConvened)
async def on_meeting_convened(event: MeetingConvened, act: Act) -> None:
    await store.save_meeting(act.tx, event.meeting_id, event.body_id, "convened", event.starts_at, told_at(act))
    await store.save_notice(act.tx, event.meeting_id, event.notice_days, event.notice_days_required)


@meetings.on(MeetingRescheduled)
async def on_meeting_rescheduled(event: MeetingRescheduled, act: Act) -> None:
    state = "convened" if event.convened else "planned"
    await store.save_meeting(act.tx, event.meeting_id, event.body_id, state, event.starts_at, told_at(act))


@meetings.on(MeetingCancelled)
async def on_meeting_cancelled(event: MeetingCancelled, act: Act) -> None:
    await store.save_meeting(act.tx, event.meeting_id, event.body_id, "cancelled", event.starts_at, told_at(act))


@meetings.on(AttendanceRecorded)
async def on_attendance_recorded(event: AttendanceRecorded, act: Act) -> None:
    for each in event.attendance:
        await store.save_attendance(act.tx, event.meeting_id, each.institution_id, each.presence)


@meetings.on(DecisionRecorded)
async def on_decision_recorded(event: DecisionRecorded, act: Act) -> None:
    await store.save_decision(act.tx, event.decision_id, event.meeting_id, event.kind, told_at(act))


@meetings.on(MeetingHeld)
async def on_meeting_held(event: MeetingHeld, act: Act) -> None:
    await store.save_meeting(act.tx, event.meeting_id, event.body_id, "held", event.starts_at, told_at(act))


@meetings.on(AnnualObligationFulfilled)
async def on_annual_obligation_fulfilled(event: AnnualObligationFulfilled, act: Act) -> None:
    await store.save_annual_duty(act.tx, event.year, event.held_on, told_at(act))
