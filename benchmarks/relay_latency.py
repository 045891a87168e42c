"""From a writer's commit to a consumer, at a steady rate."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import asyncpg

from benchmarks.arms.relays import ARM_AS_SHIPPED, ARMS, AS_SHIPPED, DEBEZIUM, OURS, Outbox, outbox
from benchmarks.harness.bench import Bench
from benchmarks.harness.figures import Figures, percentile
from benchmarks.harness.load import Sample, samples
from benchmarks.harness.plan import Aim, Benchmark, Step
from benchmarks.harness.processes import Measured, started
from benchmarks.harness.servers import COSTS
from benchmarks.harness.watching import Receiver
from services.chassis.bell import wake
from services.chassis.database import Database

SECONDS = 6.0
WARM_SECONDS = 2.0
WRITERS = 12
TURNS = (
    "one after the other at 200 a second, in ms: 0.5 until the relay hears the ring, 0.7 to read, 0.2 of its own, 1.5 "
    "from sending to the consumer. At 1,000, 1.4 of the two cores busy, 3.5 from sending to the consumer, and rings "
    "are put together, which makes 2.2 until the relay reads. Only 0.2 are spent waiting for the page before."
)
RATES = {"200 tx/s": 200, "1,000 tx/s": 1000}


class Writers:
    """Open loop: every transaction has its time, whether or not those before it have ended."""

    def __init__(self, place: Outbox, connections: list[asyncpg.Connection], database: Database) -> None:
        self._place, self._connections, self._database = place, connections, database
        self.committed: dict[str, float] = {}

    async def write(self, events: Iterator[Sample], rate: int) -> None:
        """One transaction per event, `rate` a second; notes when each commit was acknowledged."""
        began, numbered = time.perf_counter(), zip(count(), events, strict=False)
        await asyncio.gather(*(self._write(each, numbered, began, rate) for each in self._connections))

    async def _write(
        self, connection: asyncpg.Connection, numbered: Iterator[tuple[int, Sample]], began: float, rate: int
    ) -> None:
        for number, sample in numbered:
            await asyncio.sleep(max(began + number / rate - time.perf_counter(), 0))
            await self._place.append(connection, sample)
            self.committed[sample.id] = time.time()
            if self._place.arm == OURS:
                wake(self._database)


@asynccontextmanager
async def writing(place: Outbox) -> AsyncIterator[Writers]:
    connections = [await place.connect() for _ in range(WRITERS)]
    database = Database(place.url)
    try:
        yield Writers(place, connections, database)
    finally:
        await database.close()
        for connection in connections:
            await connection.close()


async def measure(bench: Bench, _: Any, step: Step) -> Figures:
    rate, servers = RATES[step.case], bench.here
    warm, wanted = int(rate * WARM_SECONDS), int(rate * bench.seconds(SECONDS, 2))
    async with outbox(servers, bench.folder, step.arm) as place:
        with started(step.arm, place.command, bench.folder / "relay.log") as relay:
            receiver = Receiver(servers.bootstrap, place.topic)
            try:
                async with writing(place) as writers:
                    await writers.write(samples(1), rate)
                    await _arrived(receiver, writers, relay)
                    await writers.write(samples(warm, first=1), rate)
                    await _arrived(receiver, writers, relay)
                    writers.committed.clear()
                    before, cpu = await servers.spent(place.url), relay.cpu_seconds()
                    await writers.write(samples(wanted, first=warm + 1), rate)
                    await _arrived(receiver, writers, relay)
                    cpu, memory = relay.cpu_seconds() - cpu, relay.peak_mb()
            finally:
                receiver.close()
        after = await servers.spent(place.url)
    waits = [(receiver.seen[each] - at) * 1e3 for each, at in writers.committed.items()]
    return {
        "p50_ms": percentile(waits, 0.5),
        "p99_ms": percentile(waits, 0.99),
        "max_ms": max(waits),
        "cpu_us": cpu / wanted * 1e6,
        "peak_mb": memory,
        **after.per(wanted, before),
    }


async def _arrived(receiver: Receiver, writers: Writers, relay: Measured) -> None:
    deadline = time.monotonic() + 90
    while missing := sum(each not in receiver.seen for each in writers.committed):
        relay.must_run()
        if time.monotonic() > deadline:
            raise TimeoutError(f"{missing} of {len(writers.committed)} events never came")
        await asyncio.sleep(0.05)


BENCHMARK = Benchmark(
    name="latency",
    title="From commit to consumer",
    arms=(*ARMS, ARM_AS_SHIPPED),
    cases=tuple(RATES),
    figures={
        "p50_ms": "p50, ms",
        "p99_ms": "p99, ms",
        "cpu_us": "relay CPU, µs/event",
        **COSTS,
        "peak_mb": "peak memory, MB",
    },
    measure=measure,
    skip=lambda case, arm: arm == AS_SHIPPED and case != "200 tx/s",
    aims=(Aim("p50_ms", OURS, 0.5, False, against=DEBEZIUM, why=TURNS),),
    notes=(
        "Open loop, twelve writers, one event a transaction; costs of PostgreSQL include the writers' own. "
        "No aim looks at Debezium with its default poll interval (500 ms): it shows what the tuning is worth.",
    ),
)
