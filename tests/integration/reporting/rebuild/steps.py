"""What tests of a rebuild do and look at."""

from __future__ import annotations

from typing import Any

import asyncpg

from services.chassis.projections import Projection
from tests.support.messaging import producing
from tests.support.rebuilding import expected, life, publish

TABLES = ("meeting", "attendance", "decision", "annual_duty")


async def tell(kafka: str, projection: Projection, numbers: range) -> None:
    async with producing(kafka) as producer:
        for number in numbers:
            await publish(producer, projection.topic, life(number))


async def contents(owner: asyncpg.Connection) -> dict[str, list[Any]]:
    return {table: [tuple(row) for row in await owner.fetch(f"table {table} order by 1, 2")] for table in TABLES}


async def as_expected(owner: asyncpg.Connection, numbers: range) -> bool:
    rows = await owner.fetch("select meeting_id, state, starts_at, notice_days from meeting")
    found = {row["meeting_id"]: (row["state"], row["starts_at"], row["notice_days"]) for row in rows}
    assert found == expected(numbers)
    return True


async def positions(owner: asyncpg.Connection, consumer: str = "reporting") -> int:
    return await owner.fetchval("select sum(position)::int from consumer_position where consumer = $1", consumer) or 0


async def caught_up(owner: asyncpg.Connection, number: int) -> bool:
    assert await positions(owner) == number
    return True


async def nothing_is_left(owner: asyncpg.Connection) -> bool:
    left = await owner.fetchval(
        "select (select count(*) from consumer_position where consumer <> 'reporting') "
        "+ (select count(*) from consumer_seen where consumer <> 'reporting') "
        "+ (select count(*) from parked_record where consumer <> 'reporting') "
        "+ (select count(*) from pg_tables where schemaname = 'reporting_rebuild')"
    )
    return left == 0


async def rebuilt_some(owner: asyncpg.Connection, process: Any) -> bool:
    assert process.returncode is None
    return await positions(owner, "reporting.rebuild.meetings") > 0


async def positions_of_rebuild(owner: asyncpg.Connection) -> bool:
    return await positions(owner, "reporting.rebuild.meetings") > 0
