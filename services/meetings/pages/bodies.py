"""The bodies of the council and who sits in them."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from services.chassis.calendar import today
from services.chassis.french import count, full_date, full_datetime, short_date
from services.chassis.http import Look, Routes
from services.chassis.web import Cell, Column, Entry, Fact, State, page
from services.meetings.pages.words import AUTHORITIES, FORMATIONS, INSTITUTION_KINDS, THEMES, meeting_state, seat
from services.meetings.queries.bodies import BodyRow, BodyView, MemberView, find_body, list_bodies
from services.meetings.queries.meetings import MeetingFilter, MeetingRow, list_meetings
from services.meetings.visibility import READERS, scope_of

routes = Routes()
ADDRESS = "/conseil/instances"


@routes.page(ADDRESS, allow=READERS)
async def bodies_page(look: Look) -> Response:
    """The bodies the reader may see, plenary first."""
    bodies, total = await list_bodies(look.tx, scope_of(look.by))
    return page(
        look,
        "bodies.html",
        title="Instances et membres",
        caption=count(total, "instance"),
        columns=[Column("Instance"), Column("Formation"), Column("Institutions", num=True), Column("État")],
        rows=[
            [
                Cell(body.name, href=f"{ADDRESS}/{body.id}", note=THEMES[body.theme] if body.theme else ""),
                FORMATIONS[body.kind],
                str(body.members),
                Cell(state=_state(look, body)),
            ]
            for body in bodies
        ],
    )


@routes.page(f"{ADDRESS}/{{body_id}}", allow=READERS)
async def body_page(look: Look, body_id: UUID) -> Response:
    """One body. Not there for those who may not see it."""
    scope = scope_of(look.by)
    body = await find_body(look.tx, scope, body_id)
    coming, _ = await list_meetings(
        look.tx, scope, MeetingFilter(body_id=body_id, since=look.now, latest_first=False), limit=5
    )
    return page(
        look,
        "body.html",
        title=body.name,
        over=FORMATIONS[body.kind],
        state=_state(look, body),
        facts=_facts(body),
        body=body,
        members=count(len(body.composition), "institution"),
        columns=[Column("Institution"), Column("Siège"), Column("Accord")],
        rows=[_member(member) for member in body.composition],
        meeting_columns=[Column("Réunion"), Column("État")],
        meetings=[_meeting(row) for row in coming],
        history=[Entry(past.at, past.sentence) for past in body.history],
    )


def _state(look: Look, body: BodyRow) -> State:
    day = today(look.now)
    if body.dissolved_on is not None and body.dissolved_on <= day:
        return State("Dissoute", "waiting")
    return State("Active", "done") if body.effective_on <= day else State("Constituée", "coming")


def _facts(body: BodyView) -> list[Fact]:
    facts = [
        Fact("Arrêté", f"n°\u00a0{body.order_number} du {short_date(body.order_date)}"),
        Fact("Prend effet le", full_date(body.effective_on)),
    ]
    if body.theme is not None:
        facts.append(Fact("Thème", THEMES[body.theme]))
    if body.dissolved_on is not None:
        facts.append(Fact("Dissoute le", full_date(body.dissolved_on)))
    return facts


def _member(member: MemberView) -> list[Cell | str]:
    agreed = f"donné le {short_date(member.agreed_on)}" if member.agreed_on else "sans objet"
    return [
        Cell(member.name, note=INSTITUTION_KINDS[member.kind]),
        Cell(seat(member.seat, member.feminine), note=AUTHORITIES[member.designated_by]),
        agreed,
    ]


def _meeting(row: MeetingRow) -> list[Cell | str]:
    return [
        Cell(full_datetime(row.starts_at), href=f"/conseil/reunions/{row.id}", note=row.subject),
        Cell(state=meeting_state(row.state, row.postponed_from)),
    ]
