"""A projection built anew from a real topic, beside the live one, and put in its place."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import asyncpg
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.chassis import database_spans, outbox
from services.chassis.consumer import spans as consumer_spans
from services.chassis.projections import Projection
from services.chassis.running import Running
from tests.integration.reporting.rebuild.conftest import Live
from tests.integration.reporting.rebuild.steps import (
    as_expected,
    caught_up,
    contents,
    nothing_is_left,
    positions,
    tell,
)
from tests.support.eventually import eventually
from tests.support.rebuilding import Anew


async def test_the_rebuilt_is_the_live_one_and_what_was_told(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    live()
    await tell(kafka, projection, range(60))
    await eventually(lambda: caught_up(owner, 360))
    before, tables = await contents(owner), await owner.fetch("select oid from pg_class where relname = 'meeting'")
    report = await anew.run()
    assert [bool(each) for each in report.differences] == [False] * 4
    assert await contents(owner) == before
    assert await as_expected(owner, range(60))
    assert await owner.fetch("select oid from pg_class where relname = 'meeting'") != tables
    assert await nothing_is_left(owner)


async def test_a_rebuilt_table_keeps_keys_rules_indexes_and_rights(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    async def shape() -> list[Any]:
        return await owner.fetch(
            "select relname, relkind, relowner, reloptions, "
            "array(select each::text from unnest(relacl) each order by 1), "
            "array(select pg_get_constraintdef(oid) || conname from pg_constraint where conrelid = c.oid order by 1), "
            "array(select attname || attnotnull || format_type(atttypid, atttypmod) from pg_attribute "
            "where attrelid = c.oid and attnum > 0 order by 1) "
            "from pg_class c where relnamespace = 'reporting'::regnamespace order by relname"
        )

    await owner.execute("alter table meeting set (fillfactor = 90)")
    before = await shape()
    await tell(kafka, projection, range(3))
    live()
    await eventually(lambda: caught_up(owner, 18))
    await anew.run()
    assert await shape() == before


async def test_what_comes_during_a_rebuild_and_after_it_is_applied_once(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    live()
    await tell(kafka, projection, range(50))
    await eventually(lambda: positions_past(owner, 100))
    telling = asyncio.create_task(tell(kafka, projection, range(50, 300)))
    await anew.run()
    await tell(kafka, projection, range(300, 330))
    await telling
    await eventually(lambda: as_expected(owner, range(330)))
    rows = await owner.fetch("select sequence, count(*)::int as keys from consumer_seen group by sequence")
    assert [tuple(row) for row in rows] == [(6, 330)]
    assert await owner.fetchval("select count(*) from parked_record") == 0


async def positions_past(owner: asyncpg.Connection, number: int) -> bool:
    assert await positions(owner) > number
    return True


async def test_reads_go_on_during_the_swap_and_always_see_everything(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew, of: Running
) -> None:
    live()
    await tell(kafka, projection, range(80))
    await eventually(lambda: caught_up(owner, 480))
    whole, seen, reading_on = {"meeting": 80, "decision": 80}, 0, True

    async def read() -> None:
        nonlocal seen
        while reading_on:
            async with of.database.read() as tx:
                # One snapshot over two tables, with the pool's prepared statements: the swap may fall in between.
                for table, number in whole.items():
                    assert await tx.fetchval(f"select count(*)::int from {table}") == number
                    await asyncio.sleep(0.002)
            seen += 1

    readers = [asyncio.create_task(read()) for _ in range(4)]
    for _ in range(5):
        await anew.run()
    before = seen
    await eventually(lambda: seen > before + 8)
    reading_on = False
    await asyncio.gather(*readers)


async def test_the_swap_waits_for_a_reader_whose_snapshot_is_older_than_the_rebuilt_rows(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew, of: Running
) -> None:
    live()
    await tell(kafka, projection, range(5))
    await eventually(lambda: caught_up(owner, 30))
    async with of.database.read() as tx:
        await tx.fetchval("select count(*) from body")
        rebuilding = asyncio.create_task(anew.run())
        await eventually(lambda: anew.told and anew.told[-1][2] == "swapping")
        # Long enough for a swap that does not wait: it would show this reader an empty table.
        await eventually(lambda: positions_locked(owner))
        assert await tx.fetchval("select count(*)::int from meeting") == 5
        assert not rebuilding.done()
    await rebuilding
    assert await as_expected(owner, range(5))


async def positions_locked(owner: asyncpg.Connection) -> bool:
    """Whether somebody holds the live positions: the rebuild, while it waits."""
    try:
        await owner.execute("select 1 from consumer_position where consumer = 'reporting' for update nowait")
    except asyncpg.LockNotAvailableError:
        return True
    return False


async def test_a_rebuild_makes_no_span_per_record(
    kafka: str,
    owner: asyncpg.Connection,
    projection: Projection,
    live: Live,
    anew: Anew,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live()
    await tell(kafka, projection, range(100))
    await eventually(lambda: caught_up(owner, 600))
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    for module in (database_spans, consumer_spans, outbox):
        monkeypatch.setattr(module, "tracer", provider.get_tracer("test"))
    with provider.get_tracer("test").start_as_current_span("whole"):
        await anew.run()
    names = Counter(span.name for span in spans.get_finished_spans())
    assert not [name for name in names if name.startswith("process")]
    assert names.total() < 150
