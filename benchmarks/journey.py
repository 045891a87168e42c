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
from benchmarks.harness.processes import peak_mb
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
HOPS = (
    "half of it is the answer (two Python processes, six turns to PostgreSQL), a quarter the way to the topic, a "
    "quarter the consumer's transaction; load generator, servers and eight processes share two cores."
)
SHARED = (
    "at 200 a second the two cores are nearly used up, so what else the host does is seen in the tail; each service "
    "runs all its roles in one process and one event loop, as on a laptop. At least a quarter of a consumer's time "
    "there is the client's, which names and reads all its partitions (48 of reporting's) in Python at every fetch."
)


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
    stack: Stack
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
            yield State(stack, caller, await _a_body(caller), receiver, seen)
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
    counts = {"requests": len(meter.left), "failed": meter.failed, "never_seen": len(meter.left) - len(visible)}
    return {**_hops(state, meter), **counts, "service_mb": _largest_service(state.stack)}


def _hops(state: State, meter: Meter) -> Figures:
    """Each from when the request was to leave; without any request that was carried out there is none."""
    found: dict[str, float] = {}
    for hop, reached in (("answered_", meter.answered), ("published_", state.receiver.seen), ("", state.seen)):
        if waits := _waits(reached, meter):
            found |= {f"{hop}p50_ms": percentile(waits, 0.5), f"{hop}p99_ms": percentile(waits, 0.99)}
    return found


def _largest_service(stack: Stack) -> float:
    """Peak memory of the largest service's process, in MB."""
    children = (stack.supervisor.parts[name].child.process for name in stack.services)
    return max(peak_mb(child.pid) for child in children if child is not None)


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
        # 200: an answer to a request that was sent again and had been carried out before.
        done = await state.caller.put(f"/api/meetings/{meeting}", wanted) in (200, 201)
    except OSError:
        done = False  # under overload the door closes connections: that is a refusal too
    if done:
        meter.left[meeting], meter.answered[meeting] = leaves, time.time()
    else:
        meter.failed += 1


async def _all_visible(state: State, meter: Meter) -> None:
    """Waits for what is on its way, so that one step leaves nothing to the next; gives up after a minute."""
    deadline = time.monotonic() + 60
    ways = (state.seen, state.receiver.seen)
    while any(len(_waits(way, meter)) < len(meter.left) for way in ways) and time.monotonic() < deadline:  # noqa: ASYNC110
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
        "answered_p99_ms": "answered, p99 ms",
        "published_p99_ms": "on the topic, p99 ms",
        "p99_ms": "visible, p99 ms",
        "requests": "requests",
        "failed": "refused",
        "never_seen": "never seen",
        "service_mb": "peak memory of the largest service, MB",
    },
    measure=measure,
    prepare=prepare,
    aims=(
        Aim("p50_ms", OURS, 10, False, case="50/s", why=HOPS),
        Aim("p99_ms", OURS, 65, False, case="200/s", why=SHARED),
        Aim("never_seen", OURS, 0, False),
    ),
    notes=(
        "The demo stack as `make demo` starts it, four services, front door and servers on these cores, and the load "
        "generator with them. All times from the moment a request was to leave; an event is often on the topic before "
        "the answer. A service is one process with all its roles: API, relay, consumer, timers.",
    ),
    servers=False,
)
