"""The relay in 1, 2 and 4 shards."""

from __future__ import annotations

from typing import Any

from benchmarks.arms.relays import OURS, outbox
from benchmarks.harness.bench import Bench
from benchmarks.harness.figures import Figures
from benchmarks.harness.load import samples
from benchmarks.harness.plan import Aim, Arm, Benchmark, Step
from benchmarks.harness.processes import started
from benchmarks.harness.watching import drained

SHARDS = {"1 shard": 1, "2 shards": 2, "4 shards": 4}
EVENTS = 100_000


async def measure(bench: Bench, _: Any, step: Step) -> Figures:
    servers, count = bench.here, bench.size(EVENTS, 4_000)
    async with outbox(servers, bench.folder, OURS, shards=SHARDS[step.case]) as place:
        await place.fill(samples(count))
        before = await servers.spent(place.url)
        with started("relay", place.command, bench.folder / "relay.log") as relay:
            at_first: list[float] = []
            gone = await drained(
                servers.bootstrap, place.topic, count, relay.must_run, 300, lambda: at_first.append(relay.cpu_seconds())
            )
            cpu, memory = relay.cpu_seconds() - at_first[0], relay.peak_mb()
        postgres = (await servers.spent(place.url)).per(count, before)["pg_cpu_us"]
    relay_cpu = cpu / gone.records * 1e6
    return {"us": 1e6 / gone.rate, "all_cpu_us": relay_cpu + postgres, "cpu_us": relay_cpu, "peak_mb": memory}


BENCHMARK = Benchmark(
    name="shards",
    title="Relay in 1, 2 and 4 shards",
    arms=(Arm(OURS),),
    cases=tuple(SHARDS),
    figures={
        "us": "µs/event",
        "all_cpu_us": "CPU of relay and PostgreSQL, µs/event",
        "cpu_us": "CPU of the relay, µs/event",
        "peak_mb": "peak memory, MB",
    },
    measure=measure,
    aims=(
        Aim("us", OURS, 1.2, False, against_case="1 shard"),
        Aim("all_cpu_us", OURS, 1.2, False, against_case="1 shard"),
    ),
    notes=("All shards in one process, as one relay role runs them.",),
)
