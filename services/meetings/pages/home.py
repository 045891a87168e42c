"""« À faire »: the reader's home page. The panels of the other services are links that the browser fills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from schemas.roles import Role
from services.chassis.calendar import today
from services.chassis.french import full_datetime
from services.chassis.http import SIGNED_IN, Look, Routes
from services.chassis.web import Chip, Fact, State, page
from services.meetings.pages.todo import Todo, todo_of
from services.meetings.pages.words import OBLIGATION_STATES, meeting_state
from services.meetings.queries.meetings import MeetingFilter, MeetingRow, list_meetings
from services.meetings.queries.obligations import list_obligations
from services.meetings.visibility import READERS, scope_of

routes = Routes()


@dataclass(frozen=True)
class Panel:
    """What another service has to say here: its list, and the part that replaces the link when it answers."""

    title: str
    link: str
    href: str
    part: str
    allow: frozenset[Role]


_CASES = frozenset({Role.COORDINATOR, Role.MAYOR, Role.MUNICIPAL_POLICE, Role.PROSECUTOR})
_DELIVERIES = frozenset({Role.COORDINATOR, Role.OPERATOR})
PANELS = (
    Panel("Dossiers et terrain", "Voir les dossiers à faire", "/dossiers/rappels", "/dossiers/a-faire", _CASES),
    Panel("Envois", "Voir les envois à suivre", "/envois", "/envois/a-faire", _DELIVERIES),
)
_FILTERS = {"": "Tout", "retard": "En retard", "semaine": "Cette semaine", "attente": "En attente d'un tiers"}
_OF_FILTER = {"retard": "late", "semaine": "week", "attente": "waiting"}
_COMING = 5


@routes.page("/", allow=SIGNED_IN)
async def home_page(look: Look, filtre: Annotated[str, Query(max_length=20)] = "") -> Response:
    """What is due, first; then the next meetings and the meetings owed."""
    member = look.by.has(*READERS)
    todo = await todo_of(look) if member else []
    shown = [item for item in todo if filtre not in _OF_FILTER or item.when == _OF_FILTER[filtre]]
    return page(
        look,
        "home.html",
        title="À faire",
        member=member,
        chips=_chips(todo, filtre),
        lines=[item.line for item in shown],
        any_todo=bool(todo),
        summary=_summary(todo),
        panels=[panel for panel in PANELS if look.by.has(*panel.allow)],
        coming=await _coming(look) if member else [],
        obligations=await _obligations(look) if member else [],
    )


def _chips(todo: list[Todo], chosen: str) -> list[Chip]:
    chips = []
    for code, label in _FILTERS.items():
        number = sum(code == "" or item.when == _OF_FILTER[code] for item in todo)
        chips.append(Chip(label, f"/?filtre={code}" if code else "/", number, chosen == code))
    return chips


def _summary(todo: list[Todo]) -> str:
    words = (("late", "en retard"), ("week", "cette semaine"), ("waiting", "en attente"))
    told = [f"{number} {label}" for when, label in words if (number := sum(item.when == when for item in todo))]
    return ", ".join(told)


async def _coming(look: Look) -> list[Fact]:
    wanted = MeetingFilter(unfinished=True, since=look.now, latest_first=False)
    rows, _ = await list_meetings(look.tx, scope_of(look.by), wanted, limit=_COMING)
    return [_meeting(row, today(look.now).year) for row in rows]


def _meeting(row: MeetingRow, year: int) -> Fact:
    when = full_datetime(row.starts_at, year=today(row.starts_at).year != year)
    state = meeting_state(row.state, row.postponed_from)
    return Fact(when, row.body_name, href=f"/conseil/reunions/{row.id}", state=state)


async def _obligations(look: Look) -> list[Fact]:
    found = []
    for standing in await list_obligations(look.tx, scope_of(look.by), now=look.now):
        state = OBLIGATION_STATES[standing.state]
        if standing.deadline is None:
            state = State(f"Remplie pour {today(look.now).year}", "done")
        found.append(Fact(standing.body_name, state=state, note=standing.sentence))
    return found
