"""What a handler meets that fails, at once or in passing: the timer is put off, no other is the worse for it."""

from collections import Counter
from typing import Any

import asyncpg

from services.chassis.act import Act
from services.chassis.timers import Timer, Timers
from services.chassis.timers.firing import run
from tests.integration.chassis_messaging.timers_at_work import AGO, fired_at_least, none_due
from tests.support.eventually import eventually
from tests.support.ledger_of_firings import set_all, write


async def test_a_failing_handler_is_put_off_longer_each_time_and_stops_no_other(
    at_work: Any, start: Any, fired: Any, admin: asyncpg.Connection
) -> None:
    of, timers, tried = at_work(), Timers(), Counter[str]()

    @timers.on("one")
    async def third_fails(timer: Timer, act: Act) -> None:
        tried[timer.key] += 1
        await write(timer, act)
        if timer.key == "3":
            raise ValueError("somebody's name")

    keys = [str(number) for number in range(6)]
    await set_all(of.database, "one", keys, AGO)
    start(of, run(of, timers))
    pauses = []
    for attempt in (1, 2, 3):
        await eventually(lambda wanted=attempt: admin.fetchval("select attempts = $1 from timer", wanted))
        row = await admin.fetchrow("select next_at, last_failure from timer")
        pauses.append((row["next_at"] - of.clock.moment).total_seconds())
        of.clock.moment = row["next_at"]
    assert {key for _, key in await fired()} == set(keys) - {"3"}
    assert all(count == 1 for key, count in tried.items() if key != "3")
    assert pauses == [5, 10, 20]
    assert row["last_failure"] == "HandlerFailed: ValueError"


async def test_a_passing_fault_is_tried_again_and_not_counted_as_a_failure(
    at_work: Any, start: Any, fired: Any, admin: asyncpg.Connection
) -> None:
    of, timers, tried = at_work(), Timers(), Counter[str]()

    @timers.on("one")
    async def locked_at_first(timer: Timer, act: Act) -> None:
        tried[timer.key] += 1
        await write(timer, act)
        if tried[timer.key] == 1 and timer.key == "1":
            raise asyncpg.LockNotAvailableError("canceling statement due to lock timeout")

    await set_all(of.database, "one", ["1", "2"], AGO)
    start(of, run(of, timers))
    await eventually(lambda: fired_at_least(fired, 1))
    row = await eventually(lambda: admin.fetchrow("select attempts, last_failure, next_at from timer"))
    assert (row["attempts"], row["last_failure"]) == (0, "Passing: LockNotAvailableError sqlstate=55P03")
    of.clock.moment = row["next_at"]
    await eventually(lambda: fired_at_least(fired, 2))
    assert Counter(await fired()) == Counter([("one", "1"), ("one", "2")])


async def test_a_lost_connection_in_a_turn_undoes_it_and_all_fire_afterwards(
    at_work: Any, start: Any, fired: Any, admin: asyncpg.Connection
) -> None:
    of, timers, cut = at_work(), Timers(), []

    @timers.on("one")
    async def cut_once(timer: Timer, act: Act) -> None:
        await write(timer, act)
        if timer.key == "2" and not cut:
            cut.append(await act.tx.fetchval("select pg_backend_pid()"))
            await admin.execute("select pg_terminate_backend($1)", cut[0])
            await act.tx.execute("select 1")

    await set_all(of.database, "one", ["1", "2", "3"], AGO)
    start(of, run(of, timers))
    await eventually(lambda: none_due(admin))
    assert Counter(await fired()) == Counter({("one", key): 1 for key in ("1", "2", "3")})
