"""A relay that finds a backlog: how fast it is gone, and what that costs."""

from __future__ import annotations

from typing import Any

from benchmarks.arms.relays import ARMS, DEBEZIUM, FASTSTREAM, OURS, drain, outbox
from benchmarks.harness.bench import Bench
from benchmarks.harness.figures import Figures
from benchmarks.harness.load import samples
from benchmarks.harness.plan import Aim, Benchmark, Step
from benchmarks.harness.servers import COSTS

BACKLOG = {OURS: 200_000, DEBEZIUM: 200_000, FASTSTREAM: 20_000}


async def measure(bench: Bench, _: Any, step: Step) -> Figures:
    servers, count = bench.here, bench.size(BACKLOG[step.arm], 2_000)
    async with outbox(servers, bench.folder, step.arm) as place:
        empty = await servers.spent(place.url)
        # No checkpoint from here on: the first change of a page after one writes the whole page to the WAL.
        await place.fill(samples(count))
        appended = (await servers.spent(place.url)).wal - empty.wal
        return {**await drain(servers, bench.folder, place, count), "append_wal_bytes": appended / count}


BENCHMARK = Benchmark(
    name="relay",
    title="Relay draining a backlog of 200,000 events",
    arms=ARMS,
    cases=("backlog",),
    figures={
        "rate": "events/s",
        "cpu_us": "relay CPU, µs/event",
        **COSTS,
        "append_wal_bytes": "WAL bytes/event when appended",
        "peak_mb": "peak memory, MB",
    },
    measure=measure,
    aims=(
        Aim("rate", OURS, 1.5, True, against=DEBEZIUM),
        Aim("rate", OURS, 8, True, against=FASTSTREAM),
    ),
    notes=(
        "The clock runs from the first records seen on the topic to the last, so that start-up (a JVM's above all) "
        "does not count; CPU likewise.",
        "faststream-outbox drains 20,000 rows: at its rate 200,000 would take minutes, and its rate does not rise.",
    ),
)
