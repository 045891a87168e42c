"""A meeting from the designation of representatives to its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from schemas.envelope import Event
from schemas.events.bodies import BodyKind, InstitutionKind
from schemas.events.meetings import (
    AnnualObligationFulfilled,
    AttendanceRecorded,
    Attended,
    DecisionKind,
    DecisionRecorded,
    MeetingHeld,
    MeetingOpened,
    Presence,
    RepresentativeMandated,
)
from services.chassis.decisions import Decision
from services.chassis.french import count, full_date, local, short_date
from services.meetings.domain.annual_duty import lacking
from services.meetings.domain.meeting import (
    Invitation,
    Mandate,
    Meeting,
    MeetingState,
    RecordedDecision,
    ensure_convened,
    ensure_in_session,
    ensure_mandatable,
    ensure_sitting,
    facts_of,
)
from services.meetings.domain.refusals import (
    AttendanceIncomplete,
    DecisionAlreadyRecorded,
    DueBeforeMeeting,
    DueDateNotExpected,
    InstitutionListedTwice,
    MeetingNotToday,
    NotInvited,
    RepresentativeUnnamed,
    TaskWithoutDueDate,
)


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """How one institution attends; `represented_by` is a name and a capacity."""

    institution_id: UUID
    presence: Presence
    represented_by: str | None = None


def mandate(meeting: Meeting, institution_id: UUID, *, holder: str, capacity: str, now: datetime) -> Decision[Meeting]:
    """Records who an institution specially designated. A later mandate replaces an earlier one.

    Raises NotInvited, or why nobody can be designated.
    """
    ensure_mandatable(meeting)
    invitation = _invitation(meeting, institution_id)
    given = Mandate(holder=holder, capacity=capacity, given_on=local(now).date())
    fact = RepresentativeMandated(
        **facts_of(meeting), institution_id=institution_id, institution_name=invitation.name, seat=invitation.seat
    )
    return meeting.after(fact, invitations=_with(meeting, {institution_id: replace(invitation, mandate=given)}))


def open_meeting(meeting: Meeting, *, now: datetime) -> Decision[Meeting]:
    """Opens the session. Raises MeetingNotToday before its day, or why it cannot be opened."""
    ensure_openable(meeting, now=now)
    fact = MeetingOpened(**facts_of(meeting), opened_at=now)
    return meeting.after(fact, state=MeetingState.IN_SESSION, opened_at=now)


def ensure_openable(meeting: Meeting, *, now: datetime) -> None:
    """Raises MeetingNotToday, or why the meeting cannot be opened."""
    ensure_convened(meeting)
    if local(now).date() < meeting.day:
        raise MeetingNotToday(day=full_date(meeting.day))


def record_attendance(meeting: Meeting, rows: Sequence[Attendance], *, now: datetime) -> Decision[Meeting]:
    """Records or corrects how some institutions attend.

    Raises InstitutionListedTwice, NotInvited, RepresentativeUnnamed, or why nothing can be recorded.
    """
    ensure_in_session(meeting)
    if len({row.institution_id for row in rows}) < len(rows):
        raise InstitutionListedTwice
    changed = {
        row.institution_id: _attending(_invitation(meeting, row.institution_id), row, index, now)
        for index, row in enumerate(rows)
    }
    fact = AttendanceRecorded(**facts_of(meeting), attendance=[_attended(found) for found in changed.values()])
    return meeting.after(fact, invitations=_with(meeting, changed))


def record_decision(
    meeting: Meeting,
    decision_id: UUID,
    *,
    kind: DecisionKind,
    text: str,
    owner: str,
    due_on: date | None,
    now: datetime,
) -> Decision[Meeting]:
    """Records what the meeting decided.

    Raises DecisionAlreadyRecorded, TaskWithoutDueDate, DueDateNotExpected, DueBeforeMeeting, or why nothing can be
    recorded.
    """
    ensure_sitting(meeting)
    if any(found.id == decision_id for found in meeting.decisions):
        raise DecisionAlreadyRecorded
    _ensure_due_date(meeting, kind, due_on)
    decided = RecordedDecision(id=decision_id, kind=kind, text=text, owner=owner, due_on=due_on, recorded_at=now)
    fact = DecisionRecorded(
        **facts_of(meeting), decision_id=decision_id, kind=kind, text=text, owner=owner, due_on=due_on
    )
    return meeting.after(fact, decisions=(*meeting.decisions, decided))


def hold(meeting: Meeting, *, duty_kinds: Sequence[InstitutionKind], now: datetime) -> Decision[Meeting]:
    """Ends the session. A plenary that lacks a member by right is held, but not for the annual duty.

    `duty_kinds` are the institutions whose attendance the law asks for. Raises AttendanceIncomplete, or why the
    meeting cannot be ended.
    """
    ensure_closable(meeting)
    duty_met = not lacking(meeting, duty_kinds) if meeting.body_kind is BodyKind.PLENARY else None
    counted = Counter(invitation.presence for invitation in meeting.invitations)
    facts: list[Event] = [
        MeetingHeld(
            **facts_of(meeting),
            starts_at=meeting.starts_at,
            closed_at=now,
            present=counted[Presence.PRESENT],
            represented=counted[Presence.REPRESENTED],
            excused=counted[Presence.EXCUSED],
            absent=counted[Presence.ABSENT],
            decisions=len(meeting.decisions),
            annual_duty_met=duty_met,
        )
    ]
    if duty_met:
        facts.append(AnnualObligationFulfilled(**facts_of(meeting), year=meeting.day.year, held_on=meeting.day))
    state = MeetingState.HELD_INVALID if duty_met is False else MeetingState.HELD
    return meeting.after(*facts, state=state, closed_at=now, annual_duty_met=duty_met)


def ensure_closable(meeting: Meeting) -> None:
    """Raises AttendanceIncomplete, or why the meeting cannot be ended."""
    ensure_in_session(meeting)
    missing = sum(invitation.presence is None for invitation in meeting.invitations)
    if missing:
        raise AttendanceIncomplete(missing=count(missing, "institution"))


def _invitation(meeting: Meeting, institution_id: UUID) -> Invitation:
    found = meeting.invitation(institution_id)
    if found is None:
        raise NotInvited
    return found


def _attending(invitation: Invitation, row: Attendance, index: int, now: datetime) -> Invitation:
    represented_by = row.represented_by if row.presence is Presence.REPRESENTED else None
    if row.presence is Presence.REPRESENTED and not represented_by:
        if invitation.mandate is None:
            raise RepresentativeUnnamed(institution=invitation.name, field=f"attendance.{index}.represented_by")
        represented_by = f"{invitation.mandate.holder}, {invitation.mandate.capacity}"
    return replace(invitation, presence=row.presence, represented_by=represented_by, recorded_at=now)


def _attended(invitation: Invitation) -> Attended:
    assert invitation.presence is not None
    return Attended(
        institution_id=invitation.institution_id,
        name=invitation.name,
        seat=invitation.seat,
        presence=invitation.presence,
        specially_designated=invitation.presence is Presence.REPRESENTED and invitation.mandate is not None,
    )


def _with(meeting: Meeting, changed: dict[UUID, Invitation]) -> tuple[Invitation, ...]:
    return tuple(changed.get(invitation.institution_id, invitation) for invitation in meeting.invitations)


def _ensure_due_date(meeting: Meeting, kind: DecisionKind, due_on: date | None) -> None:
    if kind is not DecisionKind.TASK:
        if due_on is not None:
            raise DueDateNotExpected
    elif due_on is None:
        raise TaskWithoutDueDate
    elif due_on < meeting.day:
        raise DueBeforeMeeting(day=short_date(meeting.day))
