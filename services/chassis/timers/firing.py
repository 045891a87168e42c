"""Fires what is due: a few timers of a name in one transaction, each under a savepoint of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from opentelemetry import trace

from services.chassis import outbox
from services.chassis.act import Act, Tx
from services.chassis.database import is_lost
from services.chassis.database_faults import is_transient
from services.chassis.decisions import Decision
from services.chassis.faults_told import fault_of
from services.chassis.identity import Principal
from services.chassis.running import Running
from services.chassis.timers import Handler, Timer, Timers
from services.chassis.timers.metrics import FAILED, FIRED, PUT_OFF
from services.chassis.timers.status import Gauges

_log = structlog.get_logger()
tracer = trace.get_tracer("services.chassis.timers")

# A name gets this many firings, and this long a transaction, before the next name has its turn.
BATCH = 20
TURN_SECONDS = 0.5
POLL_SECONDS = 1.0
# A server that no longer answers must not hold the loop for as long as TCP would; below what counts as stalled.
LONGEST_TURN = 20.0
GAUGE_SECONDS = 5.0
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)

# The oldest of each name by the index, however many are due.
NAMES_DUE = """
select known.name from unnest($1::text[]) as known(name), lateral (
    select next_at from timer where timer.name = known.name order by next_at limit 1
) as first where first.next_at <= $2 order by first.next_at, known.name
"""

CLAIM = """
select id, name, key, due, payload, correlation_id, attempts from timer
where name = $1 and next_at <= $2 order by next_at, id limit $3 for update skip locked
"""

# Nothing is deleted when an earlier one of the same turn took it back or set it to a later time.
TAKE = "delete from timer where id = $1 and next_at <= $2 returning due, payload, correlation_id"

PUT_OFF_UNTIL = "update timer set attempts = attempts + $2, next_at = $3, last_failure = $4 where id = $1"


async def run(running: Running, timers: Timers) -> None:
    """Fires what is due by the chassis clock until `running.stopping`; looks at the clock at least every second."""
    gauges, told_at = Gauges(), -GAUGE_SECONDS
    while not running.stopping.is_set():
        running.progress("timers")
        try:
            if time.monotonic() - told_at >= GAUGE_SECONDS:
                async with running.database.read() as tx:
                    await gauges.tell(tx, running.clock.now())
                told_at = time.monotonic()
            taken = await _round(running, timers)
        except Exception as fault:
            _wait_for_it_to_pass(fault)
            taken = 0
        if not taken:
            await running.pause(POLL_SECONDS)
    running.finished("timers")


async def _round(running: Running, timers: Timers) -> int:
    """One turn for each name that has something due, the longest waiting first; how many timers were taken."""
    async with running.database.read() as tx:
        due = await tx.fetch(NAMES_DUE, list(timers.handlers), running.clock.now())
    taken = 0
    for row in due:
        if running.stopping.is_set():
            break
        running.progress("timers")
        try:
            taken += await asyncio.wait_for(turn(running, row["name"], timers.handlers[row["name"]]), LONGEST_TURN)
        except Exception as fault:
            _wait_for_it_to_pass(fault)
    if taken:
        outbox.wake(running.database)
    await asyncio.sleep(0)
    return taken


def _wait_for_it_to_pass(fault: Exception) -> None:
    """Says so of an outage; raises everything else."""
    if not is_transient(fault):
        raise fault
    _log.warning("timers.wait", exc_info=fault)


async def turn(running: Running, name: str, handler: Handler) -> int:
    """Fires the next timers of `name`, in the order in which they are due, in one transaction; how many were taken."""
    fired, taken, until = 0, 0, time.monotonic() + TURN_SECONDS
    async with running.database.transaction() as tx:
        now = running.clock.now()
        for row in await tx.fetch(CLAIM, name, now, BATCH):
            running.progress("timers")
            fired += await _fire(running, tx, row, handler, now)
            taken += 1
            if running.stopping.is_set() or time.monotonic() > until:
                break
    FIRED.labels(name).inc(fired)
    return taken


async def _fire(running: Running, tx: Tx, row: Mapping[str, Any], handler: Handler, now: datetime) -> bool:
    """Whether it fired; when its handler failed it is put off, and the others of the turn are none the worse."""
    try:
        # The row goes before the handler runs, so that the handler may set the same timer again.
        async with tx.transaction():
            found = await tx.fetchrow(TAKE, row["id"], now)
            if found is not None:
                await _handle(tx, {**row, **found}, handler, running, now)
            return found is not None
    except Exception as fault:
        if is_lost(tx):
            raise
        await _put_off(tx, row, fault, now)
        return False


async def _handle(tx: Tx, row: Mapping[str, Any], handler: Handler, running: Running, now: datetime) -> None:
    timer = Timer(name=row["name"], key=row["key"], due=row["due"], payload=row["payload"])
    by = Principal.system(running.service_name)
    act = Act(tx=tx, now=now, by=by, settings=running.settings, correlation_id=row["correlation_id"])
    with tracer.start_as_current_span(f"timer {timer.name}", record_exception=False, set_status_on_exception=False):
        decided = await handler(timer, act)
        for decision in [decided] if isinstance(decided, Decision) else decided or ():
            await outbox.append(tx, decision, act)


async def _put_off(tx: Tx, row: Mapping[str, Any], fault: Exception, now: datetime) -> None:
    """A handler's failure is counted and its pause grows; what passes by itself is tried again soon, uncounted."""
    told = fault_of(fault)
    passing = is_transient(fault)
    pause = FIRST_PAUSE if passing else min(FIRST_PAUSE * 2 ** min(row["attempts"], 20), LONGEST_PAUSE)
    failure = f"{'Passing' if passing else told.reason}: {told.detail}"
    await tx.execute(PUT_OFF_UNTIL, row["id"], 0 if passing else 1, now + pause, failure)
    if passing:
        PUT_OFF.labels(row["name"]).inc()
        _log.warning("timer.put_off", timer=row["name"], again_at=str(now + pause), exc_info=fault)
    else:
        FAILED.labels(row["name"]).inc()
        _log.error("timer.failed", timer=row["name"], again_at=str(now + pause), exc_info=fault)
