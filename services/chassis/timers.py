"""What is to happen later: rows in PostgreSQL that fire once, in the transaction of what they cause."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog
from opentelemetry import trace
from prometheus_client import Counter, Gauge

from services.chassis import outbox
from services.chassis.act import Act, Tx
from services.chassis.database_faults import is_transient
from services.chassis.decisions import Aggregate, Decision
from services.chassis.errors import Unavailable
from services.chassis.faults_told import fault_of
from services.chassis.identity import Principal
from services.chassis.running import Running

_log = structlog.get_logger()
tracer = trace.get_tracer("services.chassis.timers")

# A name gets this many turns before the others do, however many of it are due.
TURNS = 20
POLL_SECONDS = 1.0
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)

FIRED = Counter("cispd_timers_fired_total", "Timers that fired", ["name"])
FAILED = Counter("cispd_timers_failed_total", "Times a timer's handler failed", ["name"])
LATE = Gauge("cispd_timers_late_seconds", "By how much the oldest due timer is late")

LATEST = (
    "select name, extract(epoch from $1 - min(next_at))::float8 as late from timer where next_at <= $1 group by name"
)

CLAIM = """
select id, name, key, due, payload, correlation_id, attempts from timer
where name = $1 and next_at <= $2 order by next_at, id limit 1 for update skip locked
"""

SCHEDULE = """
insert into timer (name, key, due, payload, correlation_id, next_at) values ($1, $2, $3, $4, $5, $3)
on conflict (name, key) do update set due = excluded.due, payload = excluded.payload, next_at = excluded.due,
    correlation_id = excluded.correlation_id, attempts = 0, last_failure = null
"""


@dataclass(frozen=True, kw_only=True)
class Timer:
    """One that is due. `key` tells it from others of its `name`."""

    name: str
    key: str
    due: datetime
    payload: dict[str, Any]


Outcome = Decision[Any] | Sequence[Decision[Aggregate]] | None
Handler = Callable[[Timer, Act], Awaitable[Outcome]]


class Timers:
    """One handler per timer name."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {}

    def on(self, name: str) -> Callable[[Handler], Handler]:
        """Registers the decorated `async def (timer, act)`; what it decides is appended to the outbox."""

        def register(handler: Handler) -> Handler:
            if name in self.handlers:
                raise ValueError(f"the timer {name} has a handler already")
            self.handlers[name] = handler
            return handler

        return register


async def schedule(
    tx: Tx,
    name: str,
    *,
    key: str,
    due: datetime,
    payload: Mapping[str, Any] | None = None,
    correlation_id: str | None = None,
) -> None:
    """Sets the timer `name`/`key` to fire at `due`, in place of an earlier one of that key.

    It counts when `tx` commits. A handler may set its own timer again.
    """
    await tx.execute(SCHEDULE, name, key, due, dict(payload or {}), correlation_id or str(uuid4()))


async def cancel(tx: Tx, name: str, key: str) -> None:
    """Takes the timer back; nothing happens when it has fired or never was. Waits for one that is firing."""
    await tx.execute("delete from timer where name = $1 and key = $2", name, key)


async def run(running: Running, timers: Timers) -> None:
    """Fires what is due by the chassis clock until `running.stopping`; looks at the clock at least every second."""
    while not running.stopping.is_set():
        running.progress("timers")
        try:
            fired = await _round(running, timers)
        except Exception as fault:
            if not (is_transient(fault) or isinstance(fault, Unavailable)):
                raise
            _log.warning("timers.wait", exc_info=fault)
            fired = 0
        if not fired:
            await running.pause(POLL_SECONDS)
    running.finished("timers")


async def _round(running: Running, timers: Timers) -> int:
    """Some turns for each name that has something due; how many timers were taken."""
    async with running.database.read() as tx:
        due = {row["name"]: row["late"] for row in await tx.fetch(LATEST, running.clock.now())}
    LATE.set(max(due.values(), default=0.0))
    taken = 0
    for name in due.keys() & timers.handlers.keys():
        for _ in range(TURNS):
            running.progress("timers")
            if running.stopping.is_set() or not await _fire_one(running, name, timers.handlers[name]):
                break
            taken += 1
    if taken:
        outbox.wake(running.database)
    await asyncio.sleep(0)
    return taken


async def _fire_one(running: Running, name: str, handler: Handler) -> bool:
    """Fires the next due timer of `name`, or puts it off when its handler fails; False when none is due."""
    async with running.database.transaction() as tx:
        now = running.clock.now()
        row = await tx.fetchrow(CLAIM, name, now)
        if row is None:
            return False
        try:
            # The row goes before the handler runs, so that the handler may set the same timer again.
            async with tx.transaction():
                await tx.execute("delete from timer where id = $1", row["id"])
                await _handle(tx, row, handler, running, now)
        except Exception as fault:
            if is_transient(fault) or isinstance(fault, Unavailable) or tx.is_closed():
                raise
            await _put_off(tx, row, fault, now)
            return True
    FIRED.labels(name).inc()
    return True


async def _handle(tx: Tx, row: Mapping[str, Any], handler: Handler, running: Running, now: datetime) -> None:
    timer = Timer(name=row["name"], key=row["key"], due=row["due"], payload=row["payload"])
    by = Principal.system(running.service_name)
    act = Act(tx=tx, now=now, by=by, settings=running.settings, correlation_id=row["correlation_id"])
    with tracer.start_as_current_span(f"timer {timer.name}", record_exception=False, set_status_on_exception=False):
        decided = await handler(timer, act)
        for decision in [decided] if isinstance(decided, Decision) else decided or ():
            await outbox.append(tx, decision, act)


async def _put_off(tx: Tx, row: Mapping[str, Any], fault: Exception, now: datetime) -> None:
    told = fault_of(fault)
    pause = min(FIRST_PAUSE * 2 ** min(row["attempts"], 20), LONGEST_PAUSE)
    await tx.execute(
        "update timer set attempts = attempts + 1, next_at = $2, last_failure = $3 where id = $1",
        row["id"],
        now + pause,
        f"{told.reason}: {told.detail}",
    )
    FAILED.labels(row["name"]).inc()
    _log.error("timer.failed", timer=row["name"], again_at=str(now + pause), exc_info=fault)
