"""Facts about the meetings of the council's bodies.

Topic `cispd.meetings`, class A: the subject and the agenda are safe for outsiders (CSI L132-16), attendance is told
per institution, and nobody is named.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.envelope import Event
from schemas.events.bodies import BodyKind, Seat, Theme


class AgendaKind(StrEnum):
    """Whether the law asks for the item. Source: CSI D132-10 (delinquency), R132-12-1 (FIPD)."""

    ORDINARY = "ordinary"
    DELINQUENCY = "delinquency"
    FIPD_REPORT = "fipd-report"


class ConveningReason(StrEnum):
    """At whose request a meeting is convened. Source: CSI D132-9."""

    PRESIDENT = "president"
    PREFECT = "prefect"
    MAJORITY = "majority"


class ChangeReason(StrEnum):
    """Why a meeting is moved or cancelled; a closed list, so that no person is ever named."""

    ROOM_UNAVAILABLE = "room-unavailable"
    MEMBERS_UNAVAILABLE = "members-unavailable"
    AGENDA_NOT_READY = "agenda-not-ready"
    REQUEST_OF_THE_STATE = "request-of-the-state"
    EXCEPTIONAL_CIRCUMSTANCES = "exceptional-circumstances"


class Presence(StrEnum):
    """How an institution attended."""

    PRESENT = "present"
    REPRESENTED = "represented"
    EXCUSED = "excused"
    ABSENT = "absent"


class DecisionKind(StrEnum):
    """What a meeting decided: a direction, an approval, or something to do."""

    ORIENTATION = "orientation"
    VALIDATION = "validation"
    TASK = "task"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class AgendaPoint(_Part):
    """One item of an agenda, in its order."""

    title: str = Field(description="What it is about, without any individual situation.")
    minutes: int = Field(description="Planned duration, in minutes.")
    rapporteur: str | None = Field(default=None, description="The office that presents it; absent when not settled.")
    kind: AgendaKind = Field(default=AgendaKind.ORDINARY, description="Whether the law asks for it.")


class Invited(_Part):
    """An institution to tell about a meeting."""

    institution_id: UUID = Field(description="The institution.")
    name: str = Field(description="Its name.")
    seat: Seat = Field(description="By what right it sits.")


class Attended(_Part):
    """How one institution attended."""

    institution_id: UUID = Field(description="The institution.")
    name: str = Field(description="Its name.")
    seat: Seat = Field(description="By what right it sits.")
    presence: Presence = Field(description="How it attended.")
    specially_designated: bool = Field(
        default=False, description="Whether its representative was specially designated beforehand (CSI L132-13 II)."
    )


class _MeetingFact(Event):
    aggregate: ClassVar[str] = "meeting_id"

    meeting_id: UUID = Field(description="The meeting; it keeps its id when it is moved.")
    body_id: UUID = Field(description="The body that meets.")
    body_name: str = Field(description="Its name.")
    body_kind: BodyKind = Field(description="Its formation.")
    theme: Theme | None = Field(default=None, description="What a thematic group works on; absent for the others.")


class _Appointment(_MeetingFact):
    """What a calendar entry needs."""

    subject: str = Field(description="The public subject, safe for outsiders: the title of the calendar entry.")
    starts_at: datetime = Field(description="Beginning, aware.")
    ends_at: datetime = Field(description="Planned end, aware.")
    place: str = Field(description="Building, room and commune.")
    calendar_sequence: int = Field(
        ge=0, description="Revision of the calendar entry: grows with each change told to members (RFC 5545)."
    )


class MeetingScheduled(_Appointment):
    """A meeting is planned; nobody outside the secretariat is told yet."""


class AgendaPrepared(_Appointment):
    """The secretariat prepared the convening; it awaits the presidency."""

    agenda: list[AgendaPoint] = Field(description="The agenda, in its order.")
    reason: ConveningReason = Field(description="At whose request.")


class MeetingConvened(_Appointment):
    """The presidency convened a meeting; its members are to be told."""

    agenda: list[AgendaPoint] = Field(description="The agenda, in its order.")
    reason: ConveningReason = Field(description="At whose request.")
    convened_on: date = Field(description="Day of the convening, in Paris.")
    notice_days: int = Field(description="Days between the convening and the meeting.")
    notice_days_required: int = Field(description="Days that the rule in force asks for.")
    members: list[Invited] = Field(description="The institutions to tell.")


class MeetingRescheduled(_Appointment):
    """A meeting was moved."""

    previous_starts_at: datetime = Field(description="Beginning before the move, aware.")
    reason: ChangeReason = Field(description="Why.")
    convened: bool = Field(description="Whether members had been convened, and so are to be told.")
    members: list[Invited] = Field(description="The institutions to tell; empty when not convened.")


class MeetingCancelled(_Appointment):
    """A meeting will not be held."""

    reason: ChangeReason = Field(description="Why.")
    convened: bool = Field(description="Whether members had been convened, and so are to be told.")
    members: list[Invited] = Field(description="The institutions to tell; empty when not convened.")


class RepresentativeMandated(_MeetingFact):
    """An institution specially designated somebody to represent it at one meeting. The person is not named here."""

    institution_id: UUID = Field(description="The institution.")
    institution_name: str = Field(description="Its name.")
    seat: Seat = Field(description="By what right it sits.")


class MeetingOpened(_MeetingFact):
    """The meeting is in session."""

    opened_at: datetime = Field(description="When, aware.")


class AttendanceRecorded(_MeetingFact):
    """How institutions attended; a later fact corrects an earlier one for the institutions it lists."""

    attendance: list[Attended] = Field(description="The institutions recorded or corrected now.")


class DecisionRecorded(_MeetingFact):
    """The meeting decided something."""

    decision_id: UUID = Field(description="The decision.")
    kind: DecisionKind = Field(description="What kind of decision it is.")
    text: str = Field(description="What was decided, without any individual situation.")
    owner: str = Field(description="The office that follows it up.")
    due_on: date | None = Field(default=None, description="Day a task is due; absent otherwise.")


class MeetingHeld(_MeetingFact):
    """The meeting is over."""

    starts_at: datetime = Field(description="Beginning, aware.")
    closed_at: datetime = Field(description="When its end was recorded, aware.")
    present: int = Field(ge=0, description="Institutions present.")
    represented: int = Field(ge=0, description="Institutions represented.")
    excused: int = Field(ge=0, description="Institutions excused.")
    absent: int = Field(ge=0, description="Institutions absent.")
    decisions: int = Field(ge=0, description="Decisions recorded.")
    annual_duty_met: bool | None = Field(
        default=None,
        description="Plenary only: whether prefect and prosecutor attended or were represented by persons specially "
        "designated (CSI L132-13 II); absent for the other formations.",
    )


class AnnualObligationFulfilled(_MeetingFact):
    """The yearly plenary in the presence of the members by right took place. Source: CSI L132-13 II."""

    year: int = Field(description="The year the duty is met for.")
    held_on: date = Field(description="Day of the meeting, in Paris.")
