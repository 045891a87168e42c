"""A meeting: what it is made of, and in which states it can be.

Planned → Convened → InSession → Held, or HeldInvalid when a plenary does not count for the annual duty; Cancelled
from the first two. Moving a meeting keeps its id and its state.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from schemas.events.bodies import BodyKind, InstitutionKind, Seat, Theme
from schemas.events.meetings import (
    AgendaPoint,
    ChangeReason,
    ConveningReason,
    DecisionKind,
    Invited,
    Presence,
)
from services.chassis.decisions import Aggregate
from services.chassis.french import local
from services.meetings.domain.refusals import (
    MeetingAlreadyConvened,
    MeetingInSession,
    MeetingIsCancelled,
    MeetingNotConvened,
    MeetingNotOpened,
    MeetingOver,
)


class MeetingState(StrEnum):
    PLANNED = "planned"
    CONVENED = "convened"
    IN_SESSION = "in-session"
    HELD = "held"
    HELD_INVALID = "held-invalid"
    CANCELLED = "cancelled"


HELD = frozenset({MeetingState.HELD, MeetingState.HELD_INVALID})


@dataclass(frozen=True, kw_only=True)
class Mandate:
    """Somebody specially designated to represent an institution; never leaves the service."""

    holder: str
    capacity: str
    given_on: date


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """One institution's place at one meeting."""

    institution_id: UUID
    name: str
    kind: InstitutionKind
    feminine: bool
    seat: Seat
    mandate: Mandate | None = None
    presence: Presence | None = None
    represented_by: str | None = None
    recorded_at: datetime | None = None

    def invited(self) -> Invited:
        return Invited(institution_id=self.institution_id, name=self.name, seat=self.seat)


@dataclass(frozen=True, kw_only=True)
class RecordedDecision:
    id: UUID
    kind: DecisionKind
    text: str
    owner: str
    due_on: date | None
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class Meeting(Aggregate):
    """`calendar_sequence` counts the changes told to members; `postponed_from` is the date before the last move."""

    body_id: UUID
    body_name: str
    body_kind: BodyKind
    theme: Theme | None
    state: MeetingState = MeetingState.PLANNED
    subject: str
    starts_at: datetime
    duration_minutes: int
    place: str
    scheduled_at: datetime
    agenda: tuple[AgendaPoint, ...] = ()
    reason: ConveningReason | None = None
    prepared_at: datetime | None = None
    convened_at: datetime | None = None
    calendar_sequence: int = 0
    postponed_from: datetime | None = None
    change_reason: ChangeReason | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    annual_duty_met: bool | None = None
    invitations: tuple[Invitation, ...] = ()
    decisions: tuple[RecordedDecision, ...] = ()

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.duration_minutes)

    @property
    def day(self) -> date:
        """The day it begins, in Paris."""
        return local(self.starts_at).date()

    def invitation(self, institution_id: UUID) -> Invitation | None:
        return next((found for found in self.invitations if found.institution_id == institution_id), None)


def facts_of(meeting: Meeting) -> dict[str, Any]:
    """The fields that every fact about a meeting repeats."""
    return {
        "meeting_id": meeting.id,
        "body_id": meeting.body_id,
        "body_name": meeting.body_name,
        "body_kind": meeting.body_kind,
        "theme": meeting.theme,
    }


def appointment_of(meeting: Meeting) -> dict[str, Any]:
    """The fields of a fact that a calendar entry needs."""
    return facts_of(meeting) | {
        "subject": meeting.subject,
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "place": meeting.place,
        "calendar_sequence": meeting.calendar_sequence,
    }


def ensure_planned(meeting: Meeting) -> None:
    """Raises the refusal that says why the meeting can no longer be convened."""
    if meeting.state is MeetingState.CONVENED:
        raise MeetingAlreadyConvened
    _ensure_not_begun(meeting)


def ensure_movable(meeting: Meeting) -> None:
    """Raises the refusal that says why the meeting can no longer be moved or cancelled."""
    _ensure_not_begun(meeting)


def ensure_convened(meeting: Meeting) -> None:
    """Raises the refusal that says why the meeting cannot be opened."""
    if meeting.state is MeetingState.PLANNED:
        raise MeetingNotConvened
    _ensure_not_begun(meeting)


def ensure_in_session(meeting: Meeting) -> None:
    """Raises the refusal that says why nothing can be recorded."""
    if meeting.state in (MeetingState.PLANNED, MeetingState.CONVENED):
        raise MeetingNotOpened
    if meeting.state is not MeetingState.IN_SESSION:
        _ensure_not_begun(meeting)


def ensure_sitting(meeting: Meeting) -> None:
    """Raises the refusal that says why no decision can be recorded: one may be added after the end."""
    if meeting.state not in HELD:
        ensure_in_session(meeting)


def ensure_mandatable(meeting: Meeting) -> None:
    """Raises the refusal that says why no representative can be designated."""
    if meeting.state is not MeetingState.IN_SESSION:
        ensure_convened(meeting)


def _ensure_not_begun(meeting: Meeting) -> None:
    if meeting.state is MeetingState.CANCELLED:
        raise MeetingIsCancelled
    if meeting.state is MeetingState.IN_SESSION:
        raise MeetingInSession
    if meeting.state in HELD:
        raise MeetingOver
