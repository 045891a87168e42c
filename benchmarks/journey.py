"""From a request to the dashboard's row, on a demo stack of its own, hop by hop.

Open loop: requests leave at their times whether or not earlier ones were answered, through the front door. A row is
visible when the transaction that wrote it has committed; a trigger that exists only here says so by NOTIFY, which
PostgreSQL delivers at the commit.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg

from benchmarks.harness.bench import Bench
from benchmarks.harness.caller import Caller
from benchmarks.harness.figures import Figures, percentile
from benchmarks.harness.plan import Aim, Arm, Benchmark, Step
from benchmarks.harness.watching import Receiver
from deploy.local.stack import Stack

TRIGGER = """
create function reporting.tell() returns trigger language plpgsql as
$$ begin perform pg_notify('visible', new.meeting_id::text); return null; end $$;
create trigger tell after insert on reporting.meeting for each row execute function reporting.tell();
grant execute on function reporting.tell() to reporting;
"""
OURS = "ours"
RATES = {"50/s": 50, "200/s": 200, "500/s": 500}
SECONDS, WARM_SECONDS = 10.0, 2.0
TOPIC = "cispd.meetings"


@dataclass
class Meter:
    """When each request was to leave and was answered; seconds since the epoch.

    To leave, not left: a generator that is late would otherwise forgive what made it late.
    """

    left: dict[str, float] = field(default_factory=dict)
    answered: dict[str, float] = field(default_factory=dict)
    failed: int = 0


@dataclass
class State:
    caller: Caller
    body: str
    receiver: Receiver
    seen: dict[str, float]


@asynccontextmanager
async def prepare(bench: Bench) -> AsyncIterator[State]:
    async with Stack(bench.folder, say=print) as stack:
        seen: dict[str, float] = {}
        listener = await asyncpg.connect(stack.admin_url)
        await listener.execute(TRIGGER)
        await listener.add_listener("visible", lambda *said: seen.setdefault(said[3], time.time()))
        receiver = Receiver(stack.bootstrap, TOPIC, by="ce_subject")
        caller = Caller(stack.url, {"authorization": f"Bearer {await stack.token('claire.lemoine')}"})
        try:
            yield State(caller, await _a_body(caller), receiver, seen)
        finally:
            caller.close()
            receiver.close()
            await listener.close()


async def _a_body(caller: Caller) -> str:
    body = str(uuid4())
    wanted = {"kind": "group", "name": "Groupe de mesure", "theme": "TRANQ", "order_number": "2017-1"}
    wanted |= {"order_date": "2017-01-02", "effective_on": "2017-01-02"}
    if (status := await caller.put(f"/api/bodies/{body}", wanted)) != 201:
        raise RuntimeError(f"the body to meet was refused with {status}")
    return body


async def measure(bench: Bench, state: State, step: Step) -> Figures:
    rate = RATES[step.case]
    await _load(state, rate, WARM_SECONDS, Meter())
    meter = Meter()
    await _load(state, rate, bench.seconds(SECONDS), meter)
    await _all_visible(state, meter)
    visible = _waits(state.seen, meter)
    return {
        "answered_p50_ms": percentile(_waits(meter.answered, meter), 0.5),
        "published_p50_ms": percentile(_waits(state.receiver.seen, meter), 0.5),
        "p50_ms": percentile(visible, 0.5),
        "p99_ms": percentile(visible, 0.99),
        "requests": len(meter.left),
        "failed": meter.failed,
        "never_seen": len(meter.left) - len(visible),
    }


async def _load(state: State, rate: int, seconds: float, meter: Meter) -> None:
    began = time.time()
    sent: list[asyncio.Task[None]] = []
    for number in range(int(rate * seconds)):
        leaves = began + number / rate
        await asyncio.sleep(max(0.0, leaves - time.time()))
        sent.append(asyncio.create_task(_schedule(state, number, leaves, meter)))
    await asyncio.gather(*sent)


async def _schedule(state: State, number: int, leaves: float, meter: Meter) -> None:
    meeting = str(uuid4())
    starts_at = datetime.now(UTC) + timedelta(days=30, minutes=number)
    wanted = {"body_id": state.body, "subject": "Mesure", "starts_at": starts_at.isoformat(), "place": "Calais"}
    try:
        done = await state.caller.put(f"/api/meetings/{meeting}", wanted) == 201
    except (OSError, EOFError):
        done = False  # under overload the door closes connections: that is a refusal too
    if done:
        meter.left[meeting], meter.answered[meeting] = leaves, time.time()
    else:
        meter.failed += 1


async def _all_visible(state: State, meter: Meter) -> None:
    """Waits for what is on its way, so that one step leaves nothing to the next; gives up after a minute."""
    deadline = time.monotonic() + 60
    while len(_waits(state.seen, meter)) < len(meter.left) and time.monotonic() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.1)


def _waits(reached: Mapping[str, float], meter: Meter) -> list[float]:
    return [(reached[key] - left) * 1e3 for key, left in meter.left.items() if key in reached]


BENCHMARK = Benchmark(
    name="journey",
    title="Request to projection visible",
    arms=(Arm(OURS),),
    cases=tuple(RATES),
    figures={
        "answered_p50_ms": "answered, p50 ms",
        "published_p50_ms": "on the topic, p50 ms",
        "p50_ms": "visible, p50 ms",
        "p99_ms": "visible, p99 ms",
        "requests": "requests",
        "failed": "refused",
        "never_seen": "never seen",
    },
    measure=measure,
    prepare=prepare,
    aims=(
        Aim("p50_ms", OURS, 10, False, case="50/s"),
        Aim("p99_ms", OURS, 65, False, case="200/s"),
        Aim("never_seen", OURS, 0, False),
    ),
    notes=(
        "The demo stack as `make demo` starts it, four services, front door and servers on these cores, and the load "
        "generator with them. All times from the moment a request was to leave; an event is often on the topic before "
        "the answer.",
    ),
    servers=False,
)
