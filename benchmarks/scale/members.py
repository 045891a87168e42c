"""The consumer with 1, 2 and 4 members of its group, on eight partitions."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from contextlib import ExitStack
from functools import partial
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
# Behind, as after an outage: what an event costs. While it is published: what it costs to be up to date.
BACKLOG = {"1 member": 1, "2 members": 2, "4 members": 4}
PUBLISHED = {"1 member while it is published": 1, "4 members while it is published": 4}
MEMBERS = BACKLOG | PUBLISHED
EVENTS = 120_000
# Before the clock: connections, prepared statements and the first small batches are paid once, by each member.
WARM = 8_000
# Longer than Kafka lets a fetch wait for records: what was asked for before the pause has come back.
LAST_FETCH = 1.0
READ = "select coalesce(sum(position), 0) from consumer_position"
NEVER = 10**12
SMALL = (
    "four members keep up with the publisher and so get batches of some two hundred events, not two thousand: 0.05 "
    "statements an event instead of 0.005, and what each transaction costs us is shared by fewer; six processes and "
    "the publisher share two cores, where one member is the bottleneck and is always behind."
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
            publish = partial(topics.fill, servers.bootstrap, topic)
            await publish(samples(warm, keys=count // 5))
            await _consumed(database.url, warm, members)
            events = samples(count, keys=count // 5, first=warm)
            if step.case in BACKLOG:
                _tell(members, signal.SIGUSR1)
                await asyncio.sleep(LAST_FETCH)
                await publish(events)
            before = await servers.spent(database.url)
            cpu, began = sum(each.cpu_seconds() for each in members), time.perf_counter()
            if step.case in BACKLOG:
                _tell(members, signal.SIGUSR2)
            else:
                await publish(events)
            await _consumed(database.url, warm + count, members)
            seconds = time.perf_counter() - began
            cpu = sum(each.cpu_seconds() for each in members) - cpu
            memory = max(each.peak_mb() for each in members)
            postgres = (await servers.spent(database.url)).per(count, before)
    await servers.forget_group(GROUP)
    await servers.drop_topic(topic)
    own, theirs = cpu / count * 1e6, postgres["pg_cpu_us"]
    figures = {"us": seconds / count * 1e6, "all_cpu_us": own + theirs, "cpu_us": own, "peak_mb": memory}
    return figures | {"pg_statements": postgres["pg_statements"]}


def _tell(members: list[Measured], what: signal.Signals) -> None:
    for each in members:
        os.kill(each.pid, what)


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
    figures=costs("the members") | {"peak_mb": "peak memory of a member, MB", "pg_statements": "statements/event"},
    measure=measure,
    aims=(
        *flat("1 member", among=("2 members", "4 members")),
        *flat("1 member while it is published", among=("4 members while it is published",), why=SMALL),
    ),
    notes=(
        "Members wait in their group, warmed by 8,000 events. The backlog is on the topic, and their partitions are "
        "theirs, when the clock begins. While it is published: the clock begins with the publishing, whose pace is "
        "then part of the time, and members that keep up get small batches. Until 2026-11-28 all were measured so.",
    ),
)
