"""Timers whose firings can be counted: each writes a row, in its own transaction, into a table of the test."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.chassis.act import Act, Tx
from services.chassis.database import Database
from services.chassis.timers import Timer, Timers, schedule

TABLE = """
create table fired (id bigint generated always as identity primary key, name text not null, key text not null,
    turn xid8 not null default pg_current_xact_id());
grant insert, select on fired to sandbox;
"""


async def write(timer: Timer, act: Act) -> None:
    """A handler's effect."""
    await act.tx.execute("insert into fired (name, key) values ($1, $2)", timer.name, timer.key)


def writing(*names: str) -> Timers:
    """Timers of these names that only write their row."""
    timers = Timers()
    for name in names:
        timers.on(name)(write)
    return timers


async def set_all(database: Database, name: str, keys: Sequence[Any], due: datetime) -> None:
    """Sets one timer a key, all due at one moment, as `schedule` does."""
    async with database.transaction() as tx:
        for key in keys:
            await schedule(tx, name, key=str(key), due=due)


async def set_many(tx: Tx, name: str, count: int, due: datetime) -> None:
    """`count` timers of one name, in one statement."""
    await tx.execute(
        "insert into timer (name, key, due, next_at, payload, correlation_id) "
        "select $1, n::text, $2, $2, '{}', n::text from generate_series(1, $3) n",
        *(name, due, count),
    )
