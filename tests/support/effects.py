"""A handler that writes one row for each event, and what it has written."""

from collections.abc import Callable
from typing import Any

import asyncpg

from services.chassis.act import Act
from tests.support.messaging import OnTopics, fact

Kind = type(fact())


def recording(*topics: str, poison: Callable[[str, int], bool] = lambda key, version: False) -> OnTopics:
    """Writes a row for each event; `poison` says which make the handler fail."""
    subscriptions = OnTopics(*topics)

    @subscriptions.on(Kind)
    async def on_fact(event: Any, act: Act) -> None:
        assert act.cause is not None
        await act.tx.execute("insert into effect (key, version) values ($1, $2)", event.key, act.cause.sequence)
        if poison(event.key, act.cause.sequence):
            raise ValueError(f"a secret: {event.key}")

    return subscriptions


async def applied(admin: asyncpg.Connection) -> dict[str, list[int]]:
    rows = await admin.fetch("select key, array_agg(version order by id) as versions from effect group by key")
    return {row["key"]: row["versions"] for row in rows}


async def count(admin: asyncpg.Connection, table: str = "effect") -> int:
    return await admin.fetchval(f"select count(*)::int from {table}")


async def applied_is(admin: asyncpg.Connection, expected: dict[str, list[int]]) -> bool:
    assert await applied(admin) == expected
    return True
