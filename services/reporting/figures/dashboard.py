"""All figures of a year, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.chassis import french
from services.chassis.act import Tx
from services.reporting import queries
from services.reporting.figures.deliveries import deliveries
from services.reporting.figures.meetings import annual_duty, decisions, meetings_held, notice_respected
from services.reporting.figures.model import Dashboard
from services.reporting.figures.outreach import attendance, copies_distributed, sessions_held
from services.reporting.figures.plans import plan_signatures
from services.reporting.figures.recalls import recalls

FIRST_YEAR, LAST_YEAR = 2016, 2100


async def dashboard(tx: Tx, year: int, now: datetime) -> Dashboard:
    """The figures of `year` as of `now`. A year is closed from 1 January after it, in Paris."""
    closed = year < french.local(now).year
    return Dashboard(
        year=year,
        closed=closed,
        read_at=now,
        figures=[
            await annual_duty(tx, year),
            await meetings_held(tx, year),
            await notice_respected(tx, year),
            await decisions(tx, year),
            await plan_signatures(tx, year),
            *await recalls(tx, year, closed=closed),
            await sessions_held(tx, year),
            await attendance(tx, year, closed=closed),
            await copies_distributed(tx, year),
            await deliveries(tx, year),
        ],
    )


async def years(tx: Tx, now: datetime) -> list[int]:
    """The years one may ask for, newest first: those with facts, and the current one."""
    return sorted({*await queries.years_with_facts(tx), french.local(now).year}, reverse=True)


def usual_year(known: Sequence[int], now: datetime) -> int:
    """The year shown when none is asked for: the last one until March, as its report is being written then."""
    today = french.local(now)
    last = today.year - 1
    return last if today.month <= 3 and last in known else today.year
