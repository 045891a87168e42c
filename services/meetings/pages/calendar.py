"""The meetings of one year, month by month."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from services.chassis.calendar import today
from services.chassis.french import MONTHS, capital, count, full_datetime, local
from services.chassis.http import Look, Routes
from services.chassis.web import Cell, Chip, Column, page
from services.meetings.pages.words import meeting_state
from services.meetings.queries.meetings import MeetingFilter, MeetingRow, list_meetings
from services.meetings.visibility import READERS, scope_of

routes = Routes()
ADDRESS = "/conseil/calendrier"


@routes.page(ADDRESS, allow=READERS)
async def calendar_page(look: Look, annee: Annotated[str, Query(max_length=4)] = "") -> Response:
    """This year unless another is asked for."""
    this_year = today(look.now).year
    year = int(annee) if annee.isdecimal() and 1900 <= int(annee) <= 2999 else this_year
    wanted = MeetingFilter(year=year, latest_first=False)
    rows, total = await list_meetings(look.tx, scope_of(look.by), wanted, limit=200)
    months = groupby(rows, key=lambda row: local(row.starts_at).month)
    return page(
        look,
        "calendar.html",
        title=f"Calendrier de l’année {year}",
        year=year,
        total=count(total, "réunion"),
        chips=[Chip(str(each), f"{ADDRESS}?annee={each}", chosen=each == year) for each in _around(year)],
        columns=[Column("Réunion"), Column("Instance"), Column("État")],
        months=[(capital(f"{MONTHS[month - 1]} {year}"), [_row(row) for row in found]) for month, found in months],
    )


def _around(year: int) -> range:
    return range(year - 1, year + 2)


def _row(row: MeetingRow) -> list[Cell | str]:
    when = full_datetime(row.starts_at, year=False)
    return [
        Cell(when, href=f"/conseil/reunions/{row.id}", note=row.subject),
        row.body_name,
        Cell(state=meeting_state(row.state, row.postponed_from)),
    ]
