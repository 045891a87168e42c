"""A relay that finds a backlog: how fast it is gone, and what that costs."""

from __future__ import annotations

from typing import Any

from benchmarks.arms.relays import ARMS, DEBEZIUM, FASTSTREAM, OURS, outbox
from benchmarks.harness.bench import Bench
from benchmarks.harness.figures import Figures
from benchmarks.harness.load import samples
from benchmarks.harness.plan import Aim, Benchmark, Step
from benchmarks.harness.processes import started
from benchmarks.harness.watching import drained

BACKLOG = {OURS: 200_000, DEBEZIUM: 200_000, FASTSTREAM: 20_000}


async def measure(bench: Bench, _: Any, step: Step) -> Figures:
    servers, count = bench.here, bench.size(BACKLOG[step.arm], 2_000)
    async with outbox(servers, bench.folder, step.arm) as place:
        empty = await servers.spent(place.url)
        # No checkpoint from here on: the first change of a page after one writes the whole page to the WAL.
        await place.fill(samples(count))
        full = await servers.spent(place.url)
        with started(step.arm, place.command, bench.folder / "relay.log") as relay:
            at_first: list[float] = []
            gone = await drained(
                servers.bootstrap, place.topic, count, relay.must_run, 300, lambda: at_first.append(relay.cpu_seconds())
            )
            cpu, memory = relay.cpu_seconds() - at_first[0], relay.peak_mb()
        after = await servers.spent(place.url)
    return {
        "rate": gone.rate,
        "cpu_us": cpu / gone.records * 1e6,
        "peak_mb": memory,
        **after.per(count, full),
        "append_wal_bytes": (full.wal - empty.wal) / count,
    }


BENCHMARK = Benchmark(
    name="relay",
    title="Relay draining a backlog of 200,000 events",
    arms=ARMS,
    cases=("backlog",),
    figures={
        "rate": "events/s",
        "cpu_us": "relay CPU, µs/event",
        "pg_cpu_us": "PostgreSQL CPU, µs/event",
        "pg_wal_bytes": "WAL bytes/event",
        "append_wal_bytes": "WAL bytes/event when appended",
        "pg_statements": "statements/event",
        "pg_dead": "dead rows/event",
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
