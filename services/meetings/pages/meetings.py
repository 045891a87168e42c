"""The list of meetings with its filters."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import Response

from services.chassis.calendar import today
from services.chassis.french import count, full_datetime, short_date
from services.chassis.http import Look, Routes
from services.chassis.web import Cell, Column, Option, page
from services.chassis.web.forms import FormState
from services.meetings import rules
from services.meetings.domain.meeting import MeetingState
from services.meetings.domain.notice import latest_convening
from services.meetings.pages.words import MEETING_STATES, meeting_state
from services.meetings.queries.bodies import list_bodies
from services.meetings.queries.meetings import MeetingFilter, MeetingRow, list_meetings
from services.meetings.visibility import READERS, SECRETARIAT, scope_of

routes = Routes()
ADDRESS = "/conseil/reunions"
SIZE = 50
COLUMNS = [Column("Réunion"), Column("Instance"), Column("État"), Column("Reste à faire")]
Text = Annotated[str, Query(max_length=100)]
Page = Annotated[str, Query(max_length=5, alias="page")]


@routes.page(ADDRESS, allow=READERS)
async def meetings_page(
    look: Look,
    mots: Text = "",
    instance: Text = "",
    etat: Text = "",
    annee: Text = "",
    page_: Page = "1",
) -> Response:
    """Meetings from the latest to the earliest; a filter that means nothing narrows nothing."""
    scope = scope_of(look.by)
    bodies, _ = await list_bodies(look.tx, scope)
    wanted = MeetingFilter(
        words=mots.replace("\x00", "") or None,
        body_id=next((body.id for body in bodies if str(body.id) == instance), None),
        state=MeetingState(etat) if etat in set(MeetingState) else None,
        year=int(annee) if annee.isdecimal() and len(annee) == 4 else None,
    )
    number = int(page_) if page_.isdecimal() and 0 < int(page_) < 10_000 else 1
    rows, total = await list_meetings(look.tx, scope, wanted, limit=SIZE, after=(number - 1) * SIZE)
    filters = {"mots": mots, "instance": instance, "etat": etat, "annee": annee}
    this_year = today(look.now).year
    return page(
        look,
        "meetings.html",
        title="Réunions",
        filters=FormState.blank(filters),
        filtered=any(filters.values()),
        bodies=[Option(str(body.id), body.name) for body in bodies],
        states=[
            Option(code, state.text.partition(",")[0])
            for code, state in MEETING_STATES.items()
            if code != MeetingState.HELD_INVALID
        ],
        years=[Option(str(year), str(year)) for year in range(this_year + 1, this_year - 5, -1)],
        columns=COLUMNS,
        caption=f"{count(total, 'réunion')}, de la plus récente à la plus ancienne",
        rows=[_row(look, row) for row in rows],
        may_plan=look.by.has(*SECRETARIAT),
        pager=_pager(filters, number, len(rows), total),
    )


def _row(look: Look, row: MeetingRow) -> list[Cell | str]:
    return [
        Cell(full_datetime(row.starts_at), href=f"{ADDRESS}/{row.id}", note=row.subject),
        row.body_name,
        Cell(state=meeting_state(row.state, row.postponed_from)),
        _left_to_do(look, row),
    ]


def _left_to_do(look: Look, row: MeetingRow) -> str:
    if row.state is MeetingState.PLANNED:
        days = rules.notice_days(row.body_kind, on=today(look.now))
        return f"Convoquer au plus tard le {short_date(latest_convening(row.starts_at, days=days))}"
    if row.state is MeetingState.CONVENED:
        return f"Se réunir le {short_date(row.starts_at)}"
    return "Enregistrer la fin" if row.state is MeetingState.IN_SESSION else "Rien"


def _pager(filters: dict[str, str], number: int, shown: int, total: int) -> dict[str, object] | None:
    if total <= SIZE:
        return None

    def address(wanted: int) -> str:
        return f"{ADDRESS}?{urlencode({**{name: text for name, text in filters.items() if text}, 'page': wanted})}"

    first = (number - 1) * SIZE + 1
    return {
        "first": first,
        "last": first + shown - 1,
        "total": total,
        "previous": address(number - 1) if number > 1 else None,
        "next": address(number + 1) if number * SIZE < total else None,
    }
