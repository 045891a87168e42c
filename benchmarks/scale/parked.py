"""The consumer beside a thousand and a million keys with a record put aside, none of them in what it reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from benchmarks.consumer import consume, full_topic
from benchmarks.harness.bench import Bench
from benchmarks.harness.figures import Figures
from benchmarks.harness.plan import Arm, Benchmark, Step
from benchmarks.scale import OURS, costs, flat
from deploy.local.roles import connection
from tests.support.databases import ServiceDatabase

PARKED = {"no key parked": 0, "1 k keys parked": 1_000, "1 M keys parked": 1_000_000}
PUT = """
insert into parked_record (consumer, topic, partition, "offset", key, reason, detail, headers, recorded_at, parked_at,
    attempted_at)
select 'reporting', $1, number % 8, 1000000000 + number, convert_to(gen_random_uuid()::text, 'UTF8'),
    'ModelRejected', 'body_id: missing', '{}', now(), now(), now()
from generate_series(1, $2) as number
"""


@dataclass(frozen=True)
class State:
    """`like`: for each case the database that its rounds are copies of."""

    topic: str
    count: int
    like: dict[str, ServiceDatabase]


@asynccontextmanager
async def prepare(bench: Bench) -> AsyncIterator[State]:
    """The keys are put in place once; a round takes a copy, which is far cheaper than a million rows anew."""
    async with full_topic(bench) as (topic, count), AsyncExitStack() as all_of_them:
        like = {}
        for case, keys in PARKED.items():
            like[case] = await all_of_them.enter_async_context(bench.here.service_database("reporting"))
            async with connection(like[case].owner_url) as owner:
                await owner.execute(PUT, topic, bench.size(keys, 10) if keys else 0)
                await owner.execute("vacuum analyze parked_record")
        yield State(topic, count, like)


async def measure(bench: Bench, state: State, step: Step) -> Figures:
    return await consume(bench, "ours", state.topic, state.count // 2, like=state.like[step.case])


BENCHMARK = Benchmark(
    name="parked",
    title="Consumer beside parked keys",
    arms=(Arm(OURS),),
    cases=tuple(PARKED),
    figures=costs("the consumer"),
    measure=measure,
    prepare=prepare,
    aims=flat("no key parked"),
)
