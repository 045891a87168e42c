"""The relay in 1, 2 and 4 shards."""

from __future__ import annotations

from typing import Any

from benchmarks.arms.relays import drain, outbox
from benchmarks.harness.bench import Bench
from benchmarks.harness.figures import Figures
from benchmarks.harness.load import samples
from benchmarks.harness.plan import Arm, Benchmark, Step
from benchmarks.scale import OURS, costs, flat

SHARDS = {"1 shard": 1, "2 shards": 2, "4 shards": 4}
EVENTS = 100_000


async def measure(bench: Bench, _: Any, step: Step) -> Figures:
    servers, count = bench.here, bench.size(EVENTS, 4_000)
    async with outbox(servers, bench.folder, OURS, shards=SHARDS[step.case]) as place:
        await place.fill(samples(count))
        return await drain(servers, bench.folder, place, count)


BENCHMARK = Benchmark(
    name="shards",
    title="Relay in 1, 2 and 4 shards",
    arms=(Arm(OURS),),
    cases=tuple(SHARDS),
    figures=costs("the relay"),
    measure=measure,
    aims=flat("1 shard"),
    notes=("All shards in one process, as one relay role runs them.",),
)
