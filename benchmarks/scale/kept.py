"""The relay beside 10 thousand, 1 million and 10 million rows that are published and kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import asyncpg

from benchmarks.arms.relays import Outbox, drain, outbox
from benchmarks.harness.bench import Bench
from benchmarks.harness.figures import Figures
from benchmarks.harness.load import samples
from benchmarks.harness.plan import Arm, Benchmark, Step
from benchmarks.scale import OURS, costs, flat

KEPT = {"10 k rows kept": 10_000, "1 M rows kept": 1_000_000, "10 M rows kept": 10_000_000}
EVENTS = 40_000
CHUNK = 250_000

PUT = """
insert into meetings.outbox (slot, stamped_at, topic, key, key_hash, value, headers)
select number % 8, now(), 'gone', number::text, number % 1000003, 'x', '{}' from generate_series(1, $1) as number
"""
# What is there is published: the cursor has seen it.
SEEN = "insert into meetings.outbox_cursor (shards, shard, seen) values (1, 0, pg_current_snapshot())"


@asynccontextmanager
async def prepare(bench: Bench) -> AsyncIterator[dict[str, Outbox]]:
    """A database for each size, all there at once, so that rounds can take turns."""
    async with AsyncExitStack() as all_of_them:
        places = {}
        for case, rows in KEPT.items():
            place = await all_of_them.enter_async_context(outbox(bench.here, bench.folder, OURS))
            await _fill(bench.here.postgres.admin_url, place, bench.size(rows, 1_000))
            places[case] = place
        yield places


async def _fill(admin_url: str, place: Outbox, rows: int) -> None:
    database = place.url.rpartition("/")[2]
    connection = await asyncpg.connect(f"{admin_url.rpartition('/')[0]}/{database}")
    try:
        for done in range(0, rows, CHUNK):
            await connection.execute(PUT, min(CHUNK, rows - done))
        await connection.execute(SEEN)
        await connection.execute("vacuum analyze meetings.outbox")
    finally:
        await connection.close()


async def measure(bench: Bench, places: dict[str, Outbox], step: Step) -> Figures:
    servers, count = bench.here, bench.size(EVENTS, 2_000)
    topic = await servers.topic()
    place = replace(places[step.case], topic=topic)
    await place.fill(samples(count), analyze=False)
    try:
        return await drain(servers, bench.folder, place, count)
    finally:
        await servers.drop_topic(topic)


BENCHMARK = Benchmark(
    name="kept",
    title="Relay beside published rows that are kept",
    arms=(Arm(OURS),),
    cases=tuple(KEPT),
    figures=costs("the relay"),
    measure=measure,
    prepare=prepare,
    aims=flat("10 k rows kept"),
    notes=("The kept rows are narrow (their number and their indexes are what a reader could trip over).",),
)
