"""What is to happen later: rows in PostgreSQL that fire once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.chassis.act import Act, Tx
from services.chassis.decisions import Decision


@dataclass(frozen=True, kw_only=True)
class Timer:
    """One that is due. `key` tells it from others of its `name`."""

    name: str
    key: str
    due: datetime
    payload: dict[str, Any]


Handler = Callable[[Timer, Act], Awaitable[Decision[Any] | None]]


class Timers:
    """One handler per timer name."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {}

    def on(self, name: str) -> Callable[[Handler], Handler]:
        """Registers the decorated `async def (timer, act)`."""

        def register(handler: Handler) -> Handler:
            self.handlers[name] = handler
            return handler

        return register


async def schedule(tx: Tx, name: str, *, key: str, due: datetime, payload: dict[str, Any], correlation_id: str) -> None:
    """Sets the timer `name`/`key`, replacing an earlier one of that key."""
    await tx.execute(
        "insert into timer (name, key, due, payload, correlation_id, next_at) values ($1, $2, $3, $4, $5, $3) "
        "on conflict (name, key) do update set due = excluded.due, payload = excluded.payload, "
        "next_at = excluded.due, attempts = 0",
        *(name, key, due, payload, correlation_id),
    )


async def cancel(tx: Tx, name: str, key: str) -> None:
    await tx.execute("delete from timer where name = $1 and key = $2", name, key)
