"""What is to happen later: rows in PostgreSQL that fire once, in the transaction of what they cause.

A day on which something falls due becomes a moment by `calendar.morning`; a delay in working days becomes a day by
`calendar.add_working_days`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from services.chassis.act import Act, Tx
from services.chassis.decisions import Aggregate, Decision

SCHEDULE = """
insert into timer (name, key, due, payload, correlation_id, next_at) values ($1, $2, $3, $4, $5, $3)
on conflict (name, key) do update set due = excluded.due, payload = excluded.payload, next_at = excluded.due,
    correlation_id = excluded.correlation_id, attempts = 0, last_failure = null
"""


@dataclass(frozen=True, kw_only=True)
class Timer:
    """One that is due. `key` tells it from others of its `name`."""

    name: str
    key: str
    due: datetime
    payload: dict[str, Any]


Outcome = Decision[Any] | Sequence[Decision[Aggregate]] | None
Handler = Callable[[Timer, Act], Awaitable[Outcome]]


class Timers:
    """One handler per timer name."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {}

    def on(self, name: str) -> Callable[[Handler], Handler]:
        """Registers the decorated `async def (timer, act)`; what it decides is appended to the outbox."""

        def register(handler: Handler) -> Handler:
            if name in self.handlers:
                raise ValueError(f"the timer {name} has a handler already")
            self.handlers[name] = handler
            return handler

        return register


# Of a service that has none.
NEVER = Timers()


async def schedule(
    tx: Tx,
    name: str,
    *,
    key: str,
    due: datetime,
    payload: Mapping[str, Any] | None = None,
    correlation_id: str | None = None,
) -> None:
    """Sets the timer `name`/`key` to fire at `due`, in place of an earlier one of that key.

    It counts when `tx` commits. A handler may set its own timer again.
    """
    await tx.execute(SCHEDULE, name, key, due, dict(payload or {}), correlation_id or str(uuid4()))


async def cancel(tx: Tx, name: str, key: str) -> None:
    """Takes the timer back; nothing happens when it has fired or never was. Waits for one that is firing."""
    await tx.execute("delete from timer where name = $1 and key = $2", name, key)
