"""Days of a case, in words: what is due, what is awaited, since when."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from schemas.events.cases import RecallState
from services.cases import reference
from services.cases.domain.days import day_of
from services.cases.domain.recall import Recall
from services.chassis.calendar import add_working_days, is_working_day, remaining
from services.chassis.french import count, full_date, full_datetime, short_date
from services.chassis.web import Fact, State, Step

_DONE_BY: dict[RecallState, int] = {
    RecallState.REPORTED: 0,
    RecallState.CONSULTED: 1,
    RecallState.OBJECTED: 1,
    RecallState.CLEARED: 2,
    RecallState.SUMMONED: 3,
    RecallState.NO_SHOW: 3,
    RecallState.REFUSED: 3,
    RecallState.DELIVERED: 4,
    RecallState.CLOSED: 5,
}


def next_deadline(case: Recall) -> str:
    """The next day that counts, in a few words; empty when none does."""
    if case.state is RecallState.REPORTED:
        return f"Examen avant le {short_date(case.screening_due)}"
    if case.state is RecallState.CONSULTED and case.reply_due:
        return f"Avis du parquet attendu le {short_date(case.reply_due)}"
    if case.state in (RecallState.CLEARED, RecallState.NO_SHOW):
        return "Convocation à préparer"
    if case.state is RecallState.OBJECTED:
        return "Dossier à classer"
    if case.state is RecallState.SUMMONED and case.hearing_at:
        return f"Entretien le {short_date(case.hearing_at)}"
    if case.state is RecallState.DELIVERED and case.follow_up_due:
        return f"Revue le {short_date(case.follow_up_due)}"
    return ""


def due_state(due: date, now: datetime) -> State:
    """How near a day is: late, near (two working days), or in good time."""
    today = day_of(now)
    if due < today:
        return State(remaining(today, due), "late")
    near = due <= add_working_days(today, 2)
    return State(remaining(today, due), "risk" if near else "coming")


def deadline_facts(case: Recall, now: datetime) -> list[Fact]:
    """The aside « Échéances »."""
    facts = []
    if case.state is RecallState.REPORTED:
        facts.append(
            Fact("Examiner le signalement", full_date(case.screening_due), state=due_state(case.screening_due, now))
        )
    facts += _reply(case, now) + _hearing(case, now)
    if case.follow_up_due and not case.over:
        facts.append(
            Fact("Première revue du suivi", full_date(case.follow_up_due), state=due_state(case.follow_up_due, now))
        )
    years = reference.retention_years(day_of(now))
    facts.append(Fact("Effacement prévu", _erasure(case, years)))
    return facts  # fmt: skip


def _reply(case: Recall, now: datetime) -> list[Fact]:
    if case.replied_at and case.consulted_at:
        taken = (day_of(case.replied_at) - day_of(case.consulted_at)).days
        return [
            Fact(
                "Avis du parquet",
                f"Reçu le {short_date(case.replied_at)}",
                f"{count(taken, 'jour')} après la consultation",
            )
        ]
    if case.reply_due and case.state is RecallState.CONSULTED:
        return [Fact("Avis du parquet attendu", full_date(case.reply_due), state=due_state(case.reply_due, now))]
    return []  # fmt: skip


def _hearing(case: Recall, now: datetime) -> list[Fact]:
    if case.held_on:
        return [Fact("Entretien", f"Tenu le {full_date(case.held_on)}")]
    if case.state is RecallState.SUMMONED and case.hearing_at:
        return [Fact("Entretien", full_datetime(case.hearing_at), case.hearing_place or "")]
    if case.state in (RecallState.CLEARED, RecallState.NO_SHOW):
        first, days = first_hearing_day(now)
        return [
            Fact(
                "Premier jour possible pour l’entretien",
                full_date(first),
                f"{days} jours après l’envoi, premier jour ouvré",
            )
        ]
    return []  # fmt: skip


def first_hearing_day(now: datetime) -> tuple[date, int]:
    """The first working day on which a hearing may be held if the letter leaves today, and the notice in days."""
    days = reference.recall_rules(day_of(now)).summons_notice_days
    first = day_of(now) + timedelta(days=days)
    return (first if is_working_day(first) else add_working_days(first, 1)), days


def _erasure(case: Recall, years: int) -> str:
    if case.ended_at is None:
        return f"{years} ans après la clôture"
    end = day_of(case.ended_at)
    return full_date(end.replace(year=end.year + years, day=min(end.day, 28)))


def steps(case: Recall) -> list[Step]:
    """The life of a case; a case that ended otherwise shows how far it came."""
    reached = _DONE_BY.get(case.resume_state or case.state, _far(case))
    labels = ("Signalé", "Parquet consulté", "Avis favorable", "Convoqué", "Entretien", "Clos")
    over = case.over or case.state is RecallState.OBJECTED
    return [
        Step(label, _status(index, reached, over), when)
        for index, (label, when) in enumerate(zip(labels, _whens(case), strict=True))
    ]


def _far(case: Recall) -> int:
    return 3 if case.attempts else 2 if case.replied_at else 1 if case.consulted_at else 0


def _status(index: int, reached: int, over: bool) -> Literal["done", "now", "next"]:
    if index < reached or (over and index == reached):
        return "done"
    return "now" if index == reached else "next"


def _whens(case: Recall) -> tuple[str, ...]:
    cleared = case.replied_at if case.state is not RecallState.OBJECTED else None
    hearing = f"prévu le {short_date(case.hearing_at, year=False)}" if case.hearing_at else ""
    return (
        short_date(case.reported_at),
        _day(case.consulted_at),
        _day(cleared) or (f"attendu le {short_date(case.reply_due, year=False)}" if case.reply_due else ""),
        _day(case.summoned_at),
        _day(case.held_on) or hearing,
        _day(case.ended_at) if case.state is RecallState.CLOSED else "après le suivi",
    )


def _day(value: date | datetime | None) -> str:
    return short_date(value, year=False) if value else ""
