"""Plan a meeting."""

from __future__ import annotations

from uuid import UUID

from pydantic import AwareDatetime, Field

from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.meetings import history, rules, store
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.scheduling import schedule
from services.meetings.texts import Line


class ScheduleMeeting(Command):
    """Plan a meeting of a body. Nobody outside the secretariat is told yet."""

    body_id: UUID = Field(description="The body that meets.")
    subject: Line = Field(description="The public subject: outsiders may read it, so no person and no situation.")
    starts_at: AwareDatetime = Field(description="Beginning, with its offset.")
    duration_minutes: int = Field(default=120, ge=15, le=720, description="Planned duration, in minutes.")
    place: Line = Field(description="Building, room and commune.")


async def schedule_meeting(meeting_id: UUID, command: ScheduleMeeting, act: Act) -> Decision[Meeting]:
    """Raises BodyUnknown, MeetingInThePast, MeetingTooFarAhead or BodyNotActive."""
    body = await store.constituted_body_of(act.tx, command.body_id)
    decision = schedule(
        meeting_id,
        body,
        subject=command.subject,
        starts_at=command.starts_at,
        duration_minutes=command.duration_minutes,
        place=command.place,
        horizon_months=rules.horizon_months(on=act.now.date()),
        now=act.now,
    )
    await store.save_meeting(act.tx, decision.state)
    history.keep(act, decision)
    return decision
