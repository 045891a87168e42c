"""Timers fire once, in order, side by side."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from services.chassis.act import Act
from services.chassis.timers import Timer, Timers, cancel, schedule
from services.chassis.timers.firing import BATCH, run
from services.chassis.timers.status import count_timers, list_timers
from tests.integration.chassis_messaging.timers_at_work import AGO, LATER, NOW, fired_at_least, none_due
from tests.support.eventually import eventually
from tests.support.ledger_of_firings import set_all, set_many, write, writing


@pytest.mark.parametrize("processes", [1, 2, 3])
async def test_every_timer_fires_once_however_many_processes_compete(
    processes: int, at_work: Any, start: Any, fired: Any
) -> None:
    keys = [f"{number:03}" for number in range(300)]
    of = [at_work() for _ in range(processes)]
    await set_all(of[0].database, "one", keys, AGO)
    for each in of:
        start(each, run(each, writing("one")))
    await eventually(lambda: fired_at_least(fired, 300))
    assert Counter(await fired()) == Counter({("one", key): 1 for key in keys})


async def test_timers_of_a_name_fire_in_the_order_in_which_they_are_due(at_work: Any, start: Any, fired: Any) -> None:
    of = at_work()
    for minutes in (5, 3, 9, 1, 7):
        await set_all(of.database, "one", [f"{minutes} ago"], NOW - timedelta(minutes=minutes))
    start(of, run(of, writing("one")))
    await eventually(lambda: fired_at_least(fired, 5))
    assert [key for _, key in await fired()] == ["9 ago", "7 ago", "5 ago", "3 ago", "1 ago"]


async def test_a_timer_that_was_taken_back_does_not_fire(at_work: Any, start: Any, fired: Any) -> None:
    of = at_work()
    await set_all(of.database, "one", ["kept", "taken back"], AGO)
    async with of.database.transaction() as tx:
        await cancel(tx, "one", "taken back")
        await cancel(tx, "one", "never was")
    start(of, run(of, writing("one")))
    await eventually(lambda: fired_at_least(fired, 1))
    assert await fired() == [("one", "kept")]


async def test_taking_back_a_timer_that_is_firing_waits_for_it(
    at_work: Any, start: Any, fired: Any, admin: asyncpg.Connection
) -> None:
    of, begun, go_on, timers = at_work(), asyncio.Event(), asyncio.Event(), Timers()

    @timers.on("one")
    async def halt(timer: Timer, act: Act) -> None:
        await write(timer, act)
        begun.set()
        await go_on.wait()

    await set_all(of.database, "one", ["1"], AGO)
    start(of, run(of, timers))
    await begun.wait()

    async def take_back() -> None:
        async with of.database.transaction() as tx:
            await cancel(tx, "one", "1")

    taking_back = asyncio.create_task(take_back())
    await eventually(lambda: admin.fetchval("select count(*) from pg_locks where not granted"))
    assert not taking_back.done()
    go_on.set()
    await taking_back
    assert await fired() == [("one", "1")]


async def test_a_timer_taken_back_or_put_later_by_another_of_its_turn_does_not_fire(
    at_work: Any, start: Any, fired: Any, admin: asyncpg.Connection
) -> None:
    of, timers = at_work(), Timers()

    @timers.on("one")
    async def first_decides(timer: Timer, act: Act) -> None:
        await write(timer, act)
        if timer.key == "1":
            await cancel(act.tx, "one", "2")
            await schedule(act.tx, "one", key="3", due=LATER)

    for key in ("1", "2", "3", "4"):
        await set_all(of.database, "one", [key], AGO + timedelta(seconds=int(key)))
    start(of, run(of, timers))
    await eventually(lambda: none_due(admin, NOW))
    assert [key for _, key in await fired()] == ["1", "4"]
    assert await admin.fetch("select key, due from timer") == [("3", LATER)]


async def test_a_handler_may_set_its_own_timer_again(
    at_work: Any, start: Any, fired: Any, admin: asyncpg.Connection
) -> None:
    of, timers = at_work(), Timers()

    @timers.on("one")
    async def again(timer: Timer, act: Act) -> None:
        await write(timer, act)
        await schedule(act.tx, "one", key=timer.key, due=timer.due + timedelta(hours=1))

    await set_all(of.database, "one", ["1"], AGO)
    start(of, run(of, timers))
    await eventually(lambda: fired_at_least(fired, 1))
    await eventually(lambda: admin.fetchval("select due = $1 from timer", AGO + timedelta(hours=1)))
    of.clock.moment = NOW + timedelta(hours=1)
    await eventually(lambda: fired_at_least(fired, 2))


async def test_thousands_due_of_one_name_leave_the_first_turns_to_the_others(
    at_work: Any, start: Any, fired: Any, admin: asyncpg.Connection
) -> None:
    of = at_work()
    async with of.database.transaction() as tx:
        await set_many(tx, "many", 5000, AGO - timedelta(days=1))
        await set_many(tx, "single", 1, AGO)
    start(of, run(of, writing("many", "single")))
    await eventually(lambda: admin.fetchval("select count(*) from fired where name = 'single'"))
    before = "select count(*) from fired where id < (select id from fired where name = 'single')"
    assert await admin.fetchval(before) <= BATCH


async def test_a_turn_is_one_transaction_of_a_bounded_number_of_firings(
    at_work: Any, start: Any, fired: Any, admin: asyncpg.Connection
) -> None:
    of = at_work()
    async with of.database.transaction() as tx:
        await set_many(tx, "many", 200, AGO)
    start(of, run(of, writing("many")))
    await eventually(lambda: fired_at_least(fired, 200), within=30)
    turns = [row["size"] for row in await admin.fetch("select count(*) as size from fired group by turn")]
    assert max(turns) <= BATCH
    assert len(turns) < 40, "a transaction each would be 200"


async def test_timers_that_are_late_or_fail_can_be_counted_and_listed_oldest_first(
    at_work: Any, start: Any, fired: Any, admin: asyncpg.Connection
) -> None:
    of, timers = at_work(), Timers()

    @timers.on("failing")
    async def fails(timer: Timer, act: Act) -> None:
        raise ValueError("somebody's name")

    await set_all(of.database, "failing", ["1"], NOW - timedelta(minutes=10))
    await set_all(of.database, "nobody's", ["2"], NOW - timedelta(minutes=20))
    await set_all(of.database, "failing", ["to come"], LATER)
    start(of, run(of, timers))
    await eventually(lambda: admin.fetchval("select max(attempts) from timer"))
    async with of.database.read() as tx:
        counted = {each.name: each for each in await count_timers(tx, NOW)}
        listed = await list_timers(tx, NOW)
        failing = await list_timers(tx, NOW, failing=True)
        all_of_them = await list_timers(tx, NOW, future=True)
    assert [(one.waiting, one.due, one.failing) for one in counted.values()] == [(2, 1, 1), (1, 1, 0)]
    assert counted["nobody's"].late_seconds == 1200
    assert [each.key for each in listed] == ["2", "1"]
    assert [(each.key, each.last_failure) for each in failing] == [("1", "HandlerFailed: ValueError")]
    assert [each.key for each in all_of_them] == ["2", "1", "to come"]
