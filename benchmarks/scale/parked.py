"""The consumer beside a thousand and a million keys with a record put aside, none of them in what it reads."""

from __future__ import annotations

from benchmarks.consumer import OURS, consume, full_topic
from benchmarks.harness.bench import Bench
from benchmarks.harness.figures import Figures
from benchmarks.harness.plan import Aim, Arm, Benchmark, Step

PARKED = {"no key parked": 0, "1 k keys parked": 1_000, "1 M keys parked": 1_000_000}
PUT = """
insert into parked_record (consumer, topic, partition, "offset", key, reason, detail, headers, recorded_at, parked_at,
    attempted_at)
select 'reporting', '{topic}', number % 8, 1000000000 + number, convert_to(gen_random_uuid()::text, 'UTF8'),
    'ModelRejected', 'body_id: missing', '{{}}', now(), now(), now()
from generate_series(1, {count}) as number
"""


async def measure(bench: Bench, state: tuple[str, int], step: Step) -> Figures:
    topic, count = state
    keys = PARKED[step.case]
    put = PUT.format(topic=topic, count=bench.size(keys, 10)) if keys else "select 1"
    wanted = count // 2
    found = await consume(bench, "ours", topic, wanted, first=(put, "analyze parked_record"))
    return {**found, "all_cpu_us": found["cpu_us"] + found["pg_cpu_us"]}


BENCHMARK = Benchmark(
    name="parked",
    title="Consumer beside parked keys",
    arms=(Arm(OURS),),
    cases=tuple(PARKED),
    figures={
        "us": "µs/event",
        "all_cpu_us": "CPU of consumer and PostgreSQL, µs/event",
        "cpu_us": "CPU of the consumer, µs/event",
    },
    measure=measure,
    prepare=full_topic,
    aims=(
        Aim("us", OURS, 1.2, False, against_case="no key parked"),
        Aim("all_cpu_us", OURS, 1.2, False, against_case="no key parked"),
    ),
)
