"""The meetings that a body owes: met, on time, at risk or breached. Source: CSI L132-13, D132-9 and local rules.

A plenary is owed each calendar year in the presence of the members by right; the restricted committee some times a
year; a group at most so many days after its last meeting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.chassis.french import count, short_date


class ObligationState(StrEnum):
    MET = "met"
    ON_TIME = "on-time"
    AT_RISK = "at-risk"
    BREACHED = "breached"


@dataclass(frozen=True, kw_only=True)
class Cadence:
    """What a body owes: so many meetings a year, or at most so many days between two."""

    meetings_a_year: int | None = None
    days_between: int | None = None
    warning_days: int


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a body did: `held` are the days of meetings that count, `planned` those to come, both in order."""

    since: date
    held: Sequence[date]
    planned: Sequence[date]


@dataclass(frozen=True, kw_only=True)
class Obligation:
    """`deadline` is the last day of the next meeting owed, None when nothing more is owed this year."""

    state: ObligationState
    deadline: date | None
    sentence: str


def assess(cadence: Cadence, record: Record, *, today: date) -> Obligation:
    """How a body stands today."""
    if cadence.days_between is not None:
        last = record.held[-1] if record.held else record.since
        return _awaiting(last + timedelta(days=cadence.days_between), cadence, record, today)
    wanted = cadence.meetings_a_year or 1
    this_year = [day for day in record.held if day.year == today.year]
    if len(this_year) >= wanted:
        days = ", ".join(short_date(day, year=False) for day in this_year)
        return Obligation(state=ObligationState.MET, deadline=None, sentence=f"{_required(wanted)} Tenue le {days}.")
    found = _awaiting(_share_of_year(today.year, len(this_year) + 1, wanted), cadence, record, today)
    done = _done(len(this_year)) if wanted > 1 else ""
    return Obligation(
        state=found.state, deadline=found.deadline, sentence=f"{_required(wanted)}{done} {found.sentence}"
    )


def _awaiting(deadline: date, cadence: Cadence, record: Record, today: date) -> Obligation:
    planned = next((day for day in record.planned if day >= today), None)
    if today > deadline:
        state, sentence = ObligationState.BREACHED, f"Devait se réunir avant le {short_date(deadline)}."
    elif planned is None:
        near = (deadline - today).days <= cadence.warning_days
        state = ObligationState.AT_RISK if near else ObligationState.ON_TIME
        sentence = f"À réunir avant le {short_date(deadline)} ; rien n'est planifié."
    elif planned > deadline:
        state = ObligationState.AT_RISK
        sentence = f"À réunir avant le {short_date(deadline)} ; planifiée trop tard, le {short_date(planned)}."
    else:
        state, sentence = ObligationState.ON_TIME, f"Prochaine réunion le {short_date(planned)}."
    return Obligation(state=state, deadline=deadline, sentence=sentence)


def _share_of_year(year: int, nth: int, wanted: int) -> date:
    """The last day of the nth of `wanted` equal shares of the year, in whole months."""
    months = 12 * nth // wanted
    return date(year, 12, 31) if months == 12 else date(year, months + 1, 1) - timedelta(days=1)


def _done(held: int) -> str:
    return f" {count(held, 'tenue', 'tenues')}." if held else " Aucune tenue."


def _required(wanted: int) -> str:
    return f"{wanted} par an."
