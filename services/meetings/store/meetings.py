"""Meetings with their agenda, invitations and decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from schemas.events.bodies import BodyKind, InstitutionKind, Seat, Theme
from schemas.events.meetings import AgendaKind, AgendaPoint, ChangeReason, ConveningReason, DecisionKind, Presence
from services.chassis.act import Tx
from services.meetings.domain.meeting import Invitation, Mandate, Meeting, MeetingState, RecordedDecision
from services.meetings.domain.refusals import MeetingUnknown

_MEETING = """
select meetings.*, bodies.name as body_name, bodies.kind as body_kind, bodies.theme
from meetings join bodies on bodies.id = meetings.body_id
where meetings.id = $1
"""

_INVITATIONS = """
select invitations.*, institutions.name, institutions.kind, institutions.feminine
from invitations join institutions on institutions.id = invitations.institution_id
where invitations.meeting_id = $1
order by invitations.position
"""

_SAVE = """
with struck as (delete from agenda_points where meeting_id = $1 and position > $19)
insert into meetings (id, version, body_id, state, subject, starts_at, duration_minutes, place, scheduled_at, reason,
                      prepared_at, convened_at, calendar_sequence, postponed_from, change_reason, opened_at,
                      closed_at, annual_duty_met)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
on conflict (id) do update set
    version = excluded.version, state = excluded.state, subject = excluded.subject, starts_at = excluded.starts_at,
    duration_minutes = excluded.duration_minutes, place = excluded.place, reason = excluded.reason,
    prepared_at = excluded.prepared_at, convened_at = excluded.convened_at,
    calendar_sequence = excluded.calendar_sequence, postponed_from = excluded.postponed_from,
    change_reason = excluded.change_reason, opened_at = excluded.opened_at, closed_at = excluded.closed_at,
    annual_duty_met = excluded.annual_duty_met
"""

_SAVE_POINT = """
insert into agenda_points (meeting_id, position, title, minutes, rapporteur, kind)
values ($1, $2, $3, $4, $5, $6)
on conflict (meeting_id, position) do update set
    title = excluded.title, minutes = excluded.minutes, rapporteur = excluded.rapporteur, kind = excluded.kind
"""

_SAVE_INVITATION = """
insert into invitations (meeting_id, institution_id, position, seat, holder, holder_capacity, mandated_on, presence,
                         represented_by, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (meeting_id, institution_id) do update set
    holder = excluded.holder, holder_capacity = excluded.holder_capacity, mandated_on = excluded.mandated_on,
    presence = excluded.presence, represented_by = excluded.represented_by, recorded_at = excluded.recorded_at
"""

_SAVE_DECISION = """
insert into decisions (id, meeting_id, position, kind, text, owner, due_on, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (meeting_id, id) do nothing
"""


async def lock_meeting(tx: Tx, meeting_id: UUID) -> Meeting | None:
    row = await tx.fetchrow(_MEETING + " for update of meetings", meeting_id)
    return await _meeting(tx, row) if row else None


async def meeting_of(tx: Tx, meeting_id: UUID) -> Meeting:
    """A meeting that another aggregate refers to, kept from changing until the act ends. Raises MeetingUnknown."""
    row = await tx.fetchrow(_MEETING + " for share of meetings", meeting_id)
    if row is None:
        raise MeetingUnknown
    return await _meeting(tx, row)


async def find_meeting(tx: Tx, meeting_id: UUID) -> Meeting | None:
    """The meeting as it is now, for reading only."""
    row = await tx.fetchrow(_MEETING, meeting_id)
    return await _meeting(tx, row) if row else None


async def save_meeting(tx: Tx, meeting: Meeting) -> None:
    await tx.execute(
        _SAVE,
        *(meeting.id, meeting.version, meeting.body_id, meeting.state, meeting.subject, meeting.starts_at),
        *(meeting.duration_minutes, meeting.place, meeting.scheduled_at, meeting.reason, meeting.prepared_at),
        *(meeting.convened_at, meeting.calendar_sequence, meeting.postponed_from, meeting.change_reason),
        *(meeting.opened_at, meeting.closed_at, meeting.annual_duty_met, len(meeting.agenda)),
    )
    await _save_all(tx, _SAVE_POINT, _point_row, meeting.id, meeting.agenda)
    await _save_all(tx, _SAVE_INVITATION, _invitation_row, meeting.id, meeting.invitations)
    await _save_all(tx, _SAVE_DECISION, _decision_row, meeting.id, meeting.decisions)


async def _save_all(tx: Tx, statement: str, row_of: Callable[..., Any], meeting_id: UUID, parts: Sequence[Any]) -> None:
    """One turn to the server for all `parts`, none when there are none."""
    if parts:
        await tx.executemany(statement, [row_of(meeting_id, place, part) for place, part in enumerate(parts, 1)])


def _point_row(meeting_id: UUID, position: int, point: AgendaPoint) -> tuple[Any, ...]:
    return (meeting_id, position, point.title, point.minutes, point.rapporteur, point.kind)


def _invitation_row(meeting_id: UUID, position: int, invitation: Invitation) -> tuple[Any, ...]:
    given = invitation.mandate
    mandate = (given.holder, given.capacity, given.given_on) if given else (None, None, None)
    attended = (invitation.presence, invitation.represented_by, invitation.recorded_at)
    return (meeting_id, invitation.institution_id, position, invitation.seat, *mandate, *attended)


def _decision_row(meeting_id: UUID, position: int, found: RecordedDecision) -> tuple[Any, ...]:
    return (found.id, meeting_id, position, found.kind, found.text, found.owner, found.due_on, found.recorded_at)


async def _meeting(tx: Tx, row: Mapping[str, Any]) -> Meeting:
    id_ = row["id"]
    points = await tx.fetch("select * from agenda_points where meeting_id = $1 order by position", id_)
    decisions = await tx.fetch("select * from decisions where meeting_id = $1 order by position", id_)
    return Meeting(
        **{name: row[name] for name in _PLAIN},
        body_kind=BodyKind(row["body_kind"]),
        theme=Theme(row["theme"]) if row["theme"] else None,
        state=MeetingState(row["state"]),
        reason=ConveningReason(row["reason"]) if row["reason"] else None,
        change_reason=ChangeReason(row["change_reason"]) if row["change_reason"] else None,
        agenda=tuple(_point(point) for point in points),
        invitations=tuple(_invitation(found) for found in await tx.fetch(_INVITATIONS, id_)),
        decisions=tuple(_decision(found) for found in decisions),
    )


_PLAIN = (
    *("id", "version", "body_id", "body_name", "subject", "starts_at", "duration_minutes", "place", "scheduled_at"),
    *("prepared_at", "convened_at", "calendar_sequence", "postponed_from", "opened_at", "closed_at"),
    "annual_duty_met",
)


def _point(row: Mapping[str, Any]) -> AgendaPoint:
    return AgendaPoint(
        title=row["title"], minutes=row["minutes"], rapporteur=row["rapporteur"], kind=AgendaKind(row["kind"])
    )


def _invitation(row: Mapping[str, Any]) -> Invitation:
    mandate = None
    if row["holder"] is not None:
        mandate = Mandate(holder=row["holder"], capacity=row["holder_capacity"], given_on=row["mandated_on"])
    return Invitation(
        institution_id=row["institution_id"],
        name=row["name"],
        kind=InstitutionKind(row["kind"]),
        feminine=row["feminine"],
        seat=Seat(row["seat"]),
        mandate=mandate,
        presence=Presence(row["presence"]) if row["presence"] else None,
        represented_by=row["represented_by"],
        recorded_at=row["recorded_at"],
    )


def _decision(row: Mapping[str, Any]) -> RecordedDecision:
    return RecordedDecision(
        id=row["id"],
        kind=DecisionKind(row["kind"]),
        text=row["text"],
        owner=row["owner"],
        due_on=row["due_on"],
        recorded_at=row["recorded_at"],
    )
