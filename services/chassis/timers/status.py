"""The state of the timers, for people and for metrics."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from services.chassis.act import Tx
from services.chassis.timers.metrics import DUE, FAILING, LATE

BY_NAME = """
select name, count(*) as waiting, count(*) filter (where due <= $1) as due,
    count(*) filter (where attempts > 0) as failing,
    greatest(extract(epoch from $1 - min(due)), 0)::float8 as late_seconds
from timer group by name order by name
"""

LATEST_FIRST = """
select name, key, due, attempts, next_at, last_failure, correlation_id from timer
where (due <= $1 or $4) and ($2::text is null or name = $2) and (not $3 or last_failure is not null)
order by due, id limit $5
"""


class NameStatus(BaseModel):
    """The timers of one name."""

    name: str
    waiting: int = Field(description="all of them, those of the future included")
    due: int = Field(description="those whose time has come")
    failing: int = Field(description="those whose handler failed")
    late_seconds: float = Field(description="by how much the oldest is late")


class TimerStatus(BaseModel):
    """One timer. Its payload stays where it is."""

    name: str
    key: str
    due: datetime
    attempts: int = Field(description="times its handler failed")
    next_at: datetime = Field(description="when it is tried next")
    last_failure: str | None
    correlation_id: str


async def count_timers(tx: Tx, now: datetime) -> list[NameStatus]:
    """How many wait, are due and fail, by name."""
    return [NameStatus(**row) for row in await tx.fetch(BY_NAME, now)]


async def list_timers(
    tx: Tx, now: datetime, *, name: str | None = None, failing: bool = False, future: bool = False, limit: int = 50
) -> list[TimerStatus]:
    """Those that are due and did not fire, the oldest first; with `future` also those to come."""
    return [TimerStatus(**row) for row in await tx.fetch(LATEST_FIRST, now, name, failing, future, limit)]


class Gauges:
    """Tells the metrics; a name that no longer has a timer falls back to zero instead of standing still."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    async def tell(self, tx: Tx, now: datetime) -> None:
        found = {status.name: status for status in await count_timers(tx, now)}
        for name in self._told | found.keys():
            status = found.get(name) or NameStatus(name=name, waiting=0, due=0, failing=0, late_seconds=0)
            DUE.labels(name).set(status.due)
            LATE.labels(name).set(status.late_seconds)
            FAILING.labels(name).set(status.failing)
        self._told |= found.keys()
