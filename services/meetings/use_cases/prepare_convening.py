"""Prepare the convening of a meeting for the presidency."""

from __future__ import annotations

from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from schemas.events.meetings import AgendaKind, AgendaPoint, ConveningReason
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.chassis.french import local
from services.meetings import history, rules, store
from services.meetings.domain.convening import Convening, prepare
from services.meetings.domain.meeting import Meeting
from services.meetings.texts import Line


class AgendaItem(BaseModel):
    """One item of an agenda."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    title: Line = Field(description="What it is about, without any individual situation.")
    minutes: int = Field(ge=1, le=480, description="Planned duration, in minutes.")
    rapporteur: Line | None = Field(default=None, description="The office that presents it.")
    kind: AgendaKind = Field(default=AgendaKind.ORDINARY, description="Whether the law asks for it.")


class PrepareConvening(Command):
    """Prepare the letter and hand it to the presidency. What is absent stays as it is planned."""

    agenda: list[AgendaItem] | None = Field(default=None, max_length=40, description="The agenda, in its order.")
    reason: ConveningReason | None = Field(default=None, description="At whose request; the president's by default.")
    subject: Line | None = Field(default=None, description="The public subject, when it changes.")
    starts_at: AwareDatetime | None = Field(default=None, description="Beginning, when it changes.")
    duration_minutes: int | None = Field(default=None, ge=15, le=720, description="Duration, when it changes.")
    place: Line | None = Field(default=None, description="Place, when it changes.")

    def letter(self, meeting: Meeting) -> Convening:
        """What the letter says, with the meeting's own values where the command is silent."""
        agenda = meeting.agenda
        if self.agenda is not None:
            agenda = tuple(AgendaPoint(**item.model_dump()) for item in self.agenda)
        return Convening(
            subject=self.subject or meeting.subject,
            starts_at=self.starts_at or meeting.starts_at,
            duration_minutes=self.duration_minutes or meeting.duration_minutes,
            place=self.place or meeting.place,
            agenda=agenda,
            reason=self.reason or meeting.reason or ConveningReason.PRESIDENT,
        )


async def prepare_convening(meeting_id: UUID, command: PrepareConvening, act: Act) -> Decision[Meeting]:
    """Raises AgendaMissing, MeetingInThePast, BodyNotActive, or why the meeting can no longer be convened."""
    meeting = act.current(await store.lock_meeting(act.tx, meeting_id))
    body = await store.body_of(act.tx, meeting.body_id)
    in_force = rules.convening_rules(meeting.body_kind, on=local(act.now).date())
    decision = prepare(meeting, body, command.letter(meeting), rules=in_force, now=act.now)
    await store.save_meeting(act.tx, decision.state)
    history.keep(act, decision)
    return decision
