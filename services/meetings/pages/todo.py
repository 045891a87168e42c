"""The lines of « À faire »: what the reader has to do about the council, and whom he waits for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from services.chassis.calendar import remaining, today
from services.chassis.french import full_date, full_datetime, short_date
from services.chassis.http import Look
from services.chassis.web import Due, State
from services.meetings import rules
from services.meetings.domain.meeting import MeetingState
from services.meetings.domain.notice import latest_convening
from services.meetings.domain.plan import PlanState
from services.meetings.pages.words import AWAITED, the_body
from services.meetings.queries.meetings import MeetingFilter, MeetingRow, list_meetings
from services.meetings.queries.todo import awaited_mandates, awaited_signatures, plans_before_signature
from services.meetings.visibility import PRESIDENCY, SECRETARIAT, SIGNATORIES, scope_of

When = Literal["late", "week", "later", "waiting"]
_ORDER: tuple[When, ...] = ("late", "week", "later", "waiting")


@dataclass(frozen=True, kw_only=True)
class Todo:
    """A line and where it belongs: late, due within seven days, later, or waiting for somebody else."""

    line: Due
    when: When
    due: date


async def todo_of(look: Look) -> list[Todo]:
    """Late first, then by date, waiting last."""
    found = [*await _meetings(look), *await _mandates(look), *await _plans(look), *await _signatures(look)]
    return sorted(found, key=lambda todo: (_ORDER.index(todo.when), todo.due))


async def _meetings(look: Look) -> list[Todo]:
    if not look.by.has(*SECRETARIAT, *PRESIDENCY):
        return []
    wanted = MeetingFilter(unfinished=True, latest_first=False)
    rows, _ = await list_meetings(look.tx, scope_of(look.by), wanted, limit=200)
    return [todo for row in rows if (todo := _about(look, row)) is not None]


def _about(look: Look, row: MeetingRow) -> Todo | None:
    address, day = f"/conseil/reunions/{row.id}", row.starts_at
    secretariat = look.by.has(*SECRETARIAT)
    if row.state is MeetingState.PLANNED:
        return _convening(look, row)
    if not secretariat or today(look.now) < _day(row):
        return None
    if row.state is MeetingState.CONVENED:
        return _due(
            look, f"Ouvrir la réunion : {row.body_name}", address, f"Réunion du {full_datetime(day)}.", _day(row)
        )
    label = f"Terminer la réunion : {row.body_name}"
    return _due(look, label, address, "Relevez les présences et les décisions, puis enregistrez la fin.", _day(row))


def _convening(look: Look, row: MeetingRow) -> Todo | None:
    days = rules.notice_days(row.body_kind, on=today(look.now))
    last = latest_convening(row.starts_at, days=days)
    body = the_body(row.body_kind, row.body_name)
    why = f"Réunion prévue le {full_date(row.starts_at)}. Délai de convocation : {days} jours."
    address = f"/conseil/reunions/{row.id}/convoquer"
    if look.by.has(*PRESIDENCY):
        return _due(look, f"Convoquer {body}", address, why, last) if row.prepared_at else None
    if row.prepared_at is None:
        return _due(look, f"Préparer la convocation : {row.body_name}", address, why, last)
    handed = f"Transmise le {short_date(row.prepared_at)}, réunion du {full_date(row.starts_at)}."
    return _waiting(f"Convocation : {row.body_name}", f"/conseil/reunions/{row.id}", handed, "la présidence", last)


async def _mandates(look: Look) -> list[Todo]:
    if look.by.institution is None or look.by.has(*SECRETARIAT, *PRESIDENCY):
        return []
    return [
        _due(
            look,
            f"Désigner votre représentant : {found.body_name}",
            f"/conseil/reunions/{found.meeting_id}/representants",
            f"Réunion du {full_datetime(found.starts_at)}. Votre institution y siège de droit.",
            today(found.starts_at),
        )
        for found in await awaited_mandates(look.tx, look.by.institution, now=look.now)
    ]


async def _plans(look: Look) -> list[Todo]:
    if not look.by.has(*SECRETARIAT):
        return []
    day = today(look.now)
    found = []
    for plan in await plans_before_signature(look.tx):
        address = f"/conseil/plans/{plan.id}"
        if plan.state is PlanState.DRAFTING:
            line = Due(f"Transmettre le plan : {plan.title}", address, "Il est encore en rédaction.")
            found.append(Todo(line=line, when="later", due=day))
        else:
            found.append(_waiting(f"Validation : {plan.title}", address, "Transmis.", "l'assemblée plénière", day))
    return found


async def _signatures(look: Look) -> list[Todo]:
    day = today(look.now)
    found = []
    for awaited in await awaited_signatures(look.tx):
        address = f"/conseil/plans/{awaited.plan_id}"
        if awaited.institution_id == look.by.institution and look.by.has(*SIGNATORIES):
            line = Due(f"Signer le plan : {awaited.title}", f"{address}/signer", "Validé par l'assemblée plénière.")
            found.append(Todo(line=line, when="later", due=day))
        elif look.by.has(*SECRETARIAT):
            whom = AWAITED.get(awaited.kind, awaited.name)
            found.append(_waiting(f"Signature : {awaited.title}", address, "Plan validé.", whom, day))
    return found


def _due(look: Look, label: str, href: str, why: str, due: date) -> Todo:
    day = today(look.now)
    late, soon = due < day, due <= day + timedelta(days=1)
    state = State(remaining(day, due), "late" if late else "risk" if soon else "coming")
    when: When = "late" if late else "week" if due <= day + timedelta(days=7) else "later"
    return Todo(line=Due(label, href, why, state, f"au plus tard le {short_date(due, year=False)}"), when=when, due=due)


def _waiting(label: str, href: str, why: str, whom: str, due: date) -> Todo:
    return Todo(line=Due(label, href, why, State(f"Attend {whom}", "waiting")), when="waiting", due=due)


def _day(row: MeetingRow) -> date:
    return today(row.starts_at)
