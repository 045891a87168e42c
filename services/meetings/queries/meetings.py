"""Meetings as people read them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from schemas.events.bodies import BodyKind, InstitutionKind, Seat, Theme
from schemas.events.meetings import AgendaPoint, ChangeReason, ConveningReason, DecisionKind, Presence
from services.chassis.act import Tx
from services.chassis.errors import NotFound
from services.meetings.domain.meeting import Invitation, Meeting, MeetingState
from services.meetings.queries.past import PastAct, history_of
from services.meetings.store.meetings import find_meeting
from services.meetings.visibility import Scope


class MeetingRow(BaseModel):
    id: UUID
    version: int
    body_id: UUID
    body_name: str
    body_kind: BodyKind
    theme: Theme | None
    state: MeetingState
    subject: str
    starts_at: datetime
    ends_at: datetime
    place: str
    prepared_at: datetime | None = Field(description="When the secretariat handed the letter to the presidency.")
    convened_at: datetime | None
    postponed_from: datetime | None = Field(description="Beginning before the last move.")
    annual_duty_met: bool | None = Field(description="Plenary only, once held.")


class InvitationView(BaseModel):
    """`presence` and names are absent when the reader may not know them."""

    institution_id: UUID
    name: str
    kind: InstitutionKind
    feminine: bool
    seat: Seat
    representative: str | None = Field(description="Who is specially designated, with his capacity.")
    mandated_on: date | None
    presence: Presence | None
    represented_by: str | None
    recorded_at: datetime | None


class DecisionView(BaseModel):
    id: UUID
    kind: DecisionKind
    text: str
    owner: str
    due_on: date | None
    recorded_at: datetime


class MeetingView(MeetingRow):
    duration_minutes: int
    scheduled_at: datetime
    reason: ConveningReason | None
    change_reason: ChangeReason | None
    calendar_sequence: int
    opened_at: datetime | None
    closed_at: datetime | None
    agenda: list[AgendaPoint]
    invitations: list[InvitationView]
    attendance: dict[Presence, int] = Field(description="How many institutions attended in each way.")
    decisions: list[DecisionView]
    history: list[PastAct]


class MeetingFilter(BaseModel):
    """What a list of meetings is narrowed to; None does not narrow."""

    body_id: UUID | None = None
    state: MeetingState | None = None
    year: int | None = None
    words: str | None = None
    since: datetime | None = None
    unfinished: bool = False
    latest_first: bool = True


_ROWS = """
select meetings.*, bodies.name as body_name, bodies.kind as body_kind, bodies.theme,
       meetings.starts_at + make_interval(mins => duration_minutes) as ends_at
from meetings join bodies on bodies.id = meetings.body_id
where ($1::boolean
       or exists (select from members where members.body_id = meetings.body_id and institution_id = $2)
       or exists (select from invitations where meeting_id = meetings.id and institution_id = $2))
"""

_FILTERS = """
  and ($3::uuid is null or meetings.body_id = $3)
  and ($4::text is null or meetings.state = $4)
  and ($5::integer is null or date_part('year', meetings.starts_at at time zone 'Europe/Paris') = $5)
  and ($6::text is null or meetings.subject ilike $6
       or exists (select from decisions where meeting_id = meetings.id and text ilike $6))
  and ($7::timestamptz is null or meetings.starts_at >= $7)
  and (not $8::boolean or meetings.state in ('planned', 'convened', 'in-session'))
"""

Order = Literal["latest", "soonest"]


async def list_meetings(
    tx: Tx, scope: Scope, wanted: MeetingFilter, *, limit: int = 50, after: int = 0
) -> tuple[list[MeetingRow], int]:
    """Meetings the reader may see, and how many there are."""
    way = "desc" if wanted.latest_first else "asc"
    values = (
        *scope.values,
        wanted.body_id,
        wanted.state,
        wanted.year,
        _pattern(wanted.words),
        wanted.since,
        wanted.unfinished,
    )
    found = _ROWS + _FILTERS
    order = f" order by meetings.starts_at {way}, meetings.id limit $9 offset $10"
    rows = await tx.fetch(found + order, *values, limit, after)
    total = await tx.fetchval(f"select count(*) from ({found}) as found", *values)  # noqa: S608
    return [MeetingRow(**row) for row in rows], total


async def read_meeting(tx: Tx, scope: Scope, meeting_id: UUID) -> Meeting:
    """The aggregate, for the guards of a page. Raises NotFound, also when the reader may not see it."""
    visible = await tx.fetchval(f"select true from ({_ROWS}) as found where id = $3", *scope.values, meeting_id)  # noqa: S608
    meeting = await find_meeting(tx, meeting_id) if visible else None
    if meeting is None:
        raise NotFound
    return meeting


async def view_meeting(tx: Tx, scope: Scope, meeting_id: UUID) -> MeetingView:
    """Raises NotFound, also when the reader may not see it."""
    meeting = await read_meeting(tx, scope, meeting_id)
    return view_of(meeting, scope, await history_of(tx, meeting_id))


def view_of(meeting: Meeting, scope: Scope, history: list[PastAct]) -> MeetingView:
    """What a reader sees of a meeting."""
    return MeetingView(
        **{name: getattr(meeting, name) for name in _SAME},
        agenda=list(meeting.agenda),
        invitations=[_invitation(invitation, scope) for invitation in meeting.invitations],
        attendance={
            presence: sum(invitation.presence is presence for invitation in meeting.invitations)
            for presence in Presence
        },
        decisions=[DecisionView(**vars(decision)) for decision in meeting.decisions],
        history=history,
    )


_SAME = (MeetingView.model_fields.keys()) - {"agenda", "invitations", "attendance", "decisions", "history"}


def _invitation(invitation: Invitation, scope: Scope) -> InvitationView:
    shown: dict[str, Any] = {name: getattr(invitation, name) for name in _KNOWN_TO_ALL}
    if scope.may_see_attendance_of(invitation.institution_id):
        mandate = invitation.mandate
        shown |= {name: getattr(invitation, name) for name in _RESTRICTED}
        shown["representative"] = f"{mandate.holder}, {mandate.capacity}" if mandate else None
        shown["mandated_on"] = mandate.given_on if mandate else None
    else:
        shown |= dict.fromkeys((*_RESTRICTED, "representative", "mandated_on"))
    return InvitationView(**shown)


_KNOWN_TO_ALL = ("institution_id", "name", "kind", "feminine", "seat")
_RESTRICTED = ("presence", "represented_by", "recorded_at")


def _pattern(words: str | None) -> str | None:
    if not words:
        return None
    escaped = words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"
