"""Consumers that find a full topic, all with the same upsert into PostgreSQL."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from benchmarks.arms import topics
from benchmarks.arms.consumers import GROUP, TABLE
from benchmarks.harness.bench import Bench
from benchmarks.harness.figures import Figures
from benchmarks.harness.load import samples
from benchmarks.harness.plan import Aim, Arm, Benchmark, Step
from benchmarks.harness.processes import python, started
from benchmarks.harness.servers import COSTS, Spent
from deploy.local.roles import connection
from tests.support.databases import ServiceDatabase

OURS, BARE, NACK, CONFLUENT = "ours", "bare aiokafka loop", "FastStream NACK_ON_ERROR", "confluent-kafka loop"
MODULES = {OURS: "ours", BARE: "bare_aiokafka", NACK: "faststream_nack", CONFLUENT: "confluent_loop"}
EVENTS = 100_000
PART = {NACK: 0.03}
MORE = (
    "the bare loop takes as many records at once as ours and does nothing but the upsert; ours validates each, and "
    "writes the version of its key, a second row that doubles PostgreSQL's work and the WAL."
)


@asynccontextmanager
async def full_topic(bench: Bench) -> AsyncIterator[tuple[str, int]]:
    """One topic for all arms and rounds; its name and how many events it holds."""
    count = bench.size(EVENTS, 5_000)
    topic = await bench.here.topic()
    await topics.fill(bench.here.bootstrap, topic, samples(count))
    yield topic, count


async def measure(bench: Bench, state: tuple[str, int], step: Step) -> Figures:
    topic, count = state
    wanted = max(int(count * PART.get(step.arm, 1)), 500)
    return await consume(bench, MODULES[step.arm], topic, wanted)


async def consume(
    bench: Bench,
    module: str,
    topic: str,
    wanted: int,
    *words: str,
    environment: Mapping[str, str] | None = None,
    like: ServiceDatabase | None = None,
) -> Figures:
    """Runs one arm on a fresh database (a copy of `like`) and as a fresh group, until `wanted` events are committed."""
    servers, report = bench.here, bench.folder / "report.json"
    report.unlink(missing_ok=True)
    async with servers.service_database("reporting", like) as database:
        async with connection(database.owner_url) as owner:
            await owner.execute(TABLE)
        before = await servers.spent(database.url)
        command = python(f"benchmarks.arms.consumers.{module}", database.url, servers.bootstrap, topic, wanted, report)
        with started(module, [*command, *words], bench.folder / "consumer.log", environment) as process:
            deadline = time.monotonic() + 180
            while not report.exists():
                process.must_run()
                memory = process.peak_mb()
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{module} did not end:\n{process.last_words()}")
                await asyncio.sleep(0.05)
        after = await servers.spent(database.url)
    for group in (GROUP, "reporting"):
        await servers.forget_group(group)
    return _figures(json.loads(report.read_text()), memory, after, before)


def _figures(found: dict[str, Any], memory: float, after: Spent, before: Spent) -> Figures:
    records = int(found["records"])
    own, costs = found["cpu"] / records * 1e6, after.per(records, before)
    return {
        "rate": records / found["seconds"],
        "us": found["seconds"] / records * 1e6,
        "cpu_us": own,
        "all_cpu_us": own + costs["pg_cpu_us"],
        "peak_mb": memory,
        **costs,
    }


def _faststream() -> str | None:
    return None if importlib.util.find_spec("faststream") else "faststream is not installed"


ARMS: Sequence[Arm] = (Arm(OURS), Arm(BARE), Arm(NACK, _faststream), Arm(CONFLUENT))

BENCHMARK = Benchmark(
    name="consumer",
    title="Consumer with the same upsert",
    arms=ARMS,
    cases=("full topic",),
    figures={
        "rate": "events/s",
        "cpu_us": "consumer CPU, µs/event",
        **COSTS,
        "peak_mb": "peak memory, MB",
    },
    measure=measure,
    prepare=full_topic,
    aims=(Aim("rate", OURS, 0.55, True, against=BARE, why=MORE), Aim("rate", OURS, 8, True, against=NACK)),
    notes=(
        "The clock runs inside each arm from the first records handed out to the last commit. 100,000 events over "
        "20,000 keys; FastStream's per-message arm does 3,000 of them. Only ours validates the schema, skips "
        "duplicates, keeps its position with the effects and can put a record aside.",
    ),
)
