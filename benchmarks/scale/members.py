"""The consumer with 1, 2 and 4 members of its group, on eight partitions."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from typing import Any

import asyncpg
from confluent_kafka import ConsumerGroupState, KafkaException

from benchmarks.arms import topics
from benchmarks.arms.consumers import TABLE
from benchmarks.harness.bench import Bench
from benchmarks.harness.figures import Figures
from benchmarks.harness.load import samples
from benchmarks.harness.plan import Arm, Benchmark, Step
from benchmarks.harness.processes import Measured, python, started
from benchmarks.harness.servers import Servers
from benchmarks.scale import OURS, costs, flat
from deploy.local.roles import connection

GROUP = "reporting"
MEMBERS = {"1 member": 1, "2 members": 2, "4 members": 4}
EVENTS = 120_000
# Before the clock: connections, prepared statements and the first small batches are paid once, by each member.
WARM = 8_000
READ = "select coalesce(sum(position), 0) from consumer_position"
NEVER = 10**12
SMALL = (
    "four members keep up with the publishing and so get batches of some two hundred events, not two thousand: 0.05 "
    "statements an event instead of 0.005, and what each transaction costs us is shared by fewer. Behind, batches grow."
)


async def measure(bench: Bench, _: Any, step: Step) -> Figures:
    servers, count = bench.here, bench.size(EVENTS, 4_000)
    topic = await servers.topic()
    async with servers.service_database("reporting") as database:
        async with connection(database.owner_url) as owner:
            await owner.execute(TABLE)
        module, report = "benchmarks.arms.consumers.ours", bench.folder / "never.json"
        command = python(module, database.url, servers.bootstrap, topic, NEVER, report)
        with ExitStack() as all_of_them:
            members = [
                all_of_them.enter_context(started(f"member {n}", command, bench.folder / f"member{n}.log"))
                for n in range(MEMBERS[step.case])
            ]
            await _joined(servers, members)
            warm = min(WARM, count)
            await topics.fill(servers.bootstrap, topic, samples(warm, keys=count // 5))
            await _consumed(database.url, warm, members)
            before = await servers.spent(database.url)
            cpu, began = sum(each.cpu_seconds() for each in members), time.perf_counter()
            await topics.fill(servers.bootstrap, topic, samples(count, keys=count // 5, first=warm))
            await _consumed(database.url, warm + count, members)
            seconds = time.perf_counter() - began
            cpu = sum(each.cpu_seconds() for each in members) - cpu
            memory = max(each.peak_mb() for each in members)
            postgres = (await servers.spent(database.url)).per(count, before)["pg_cpu_us"]
    await servers.forget_group(GROUP)
    await servers.drop_topic(topic)
    own = cpu / count * 1e6
    return {"us": seconds / count * 1e6, "all_cpu_us": own + postgres, "cpu_us": own, "peak_mb": memory}


async def _joined(servers: Servers, members: list[Measured]) -> None:
    """All are in the group and nobody else joins: what follows is no rebalance."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        for each in members:
            each.must_run()
        try:
            found = await asyncio.to_thread(servers.admin.describe_consumer_groups([GROUP])[GROUP].result, 30)
        except KafkaException:
            pass  # the very first group: its coordinator is being made
        else:
            if found.state == ConsumerGroupState.STABLE and len(found.members) == len(members):
                return
        await asyncio.sleep(0.2)
    raise TimeoutError(f"{len(members)} members did not form a group")


async def _consumed(url: str, count: int, members: list[Measured]) -> None:
    watching = await asyncpg.connect(url)
    deadline = time.monotonic() + 240
    try:
        while await watching.fetchval(READ) < count:
            for each in members:
                each.must_run()
            if time.monotonic() > deadline:
                raise TimeoutError(f"{count} events were not consumed")
            await asyncio.sleep(0.05)
    finally:
        await watching.close()


BENCHMARK = Benchmark(
    name="members",
    title="Consumer with 1, 2 and 4 members",
    arms=(Arm(OURS),),
    cases=tuple(MEMBERS),
    figures=costs("the members") | {"peak_mb": "peak memory of a member, MB"},
    measure=measure,
    aims=flat("1 member", why=SMALL),
    notes=("Members wait in their group, warmed by 8,000 events, when the clock begins; it includes the publishing.",),
)
