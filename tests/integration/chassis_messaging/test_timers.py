"""Timers fire once, in order, side by side, whatever fails and whatever the clock does."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from services.chassis.act import Act
from services.chassis.calendar import add_working_days, morning
from services.chassis.clock import Clock
from services.chassis.running import Running
from services.chassis.timers import Timer, Timers, cancel, schedule
from services.chassis.timers.firing import BATCH, run
from services.chassis.timers.status import count_timers, list_timers
from tests.support.eventually import eventually
from tests.support.ledger_of_firings import TABLE, set_all, set_many, write, writing

NOW = datetime(2017, 3, 1, 9, tzinfo=UTC)
AGO, LATER = NOW - timedelta(minutes=1), NOW + timedelta(minutes=1)


@pytest.fixture
async def fired(admin: asyncpg.Connection) -> Callable[[], Any]:
    """`await fired()`: (name, key) of every effect that was committed, in order."""
    await admin.execute(TABLE)

    async def read() -> list[tuple[str, str]]:
        return [(row["name"], row["key"]) for row in await admin.fetch("select name, key from fired order by id")]

    return read


@pytest.fixture
def at_work(process: Any, tmp_path: Path) -> Callable[[], Running]:
    """A process whose clock stands where `set_clock` puts it; all of the test share it."""
    set_clock(tmp_path, NOW)

    def create() -> Running:
        made: Running = process()
        made.clock = Clock(tmp_path / "clock")
        return made

    return create


def set_clock(folder: Path, moment: datetime) -> None:
    (folder / "clock").write_text(str((moment - datetime.now(UTC)).total_seconds()))


async def none_due(admin: asyncpg.Connection) -> bool:
    return not await admin.fetchval("select count(*) from timer where next_at <= $1", LATER)


@pytest.mark.parametrize("processes", [1, 2, 3])
async def test_every_timer_fires_once_however_many_processes_compete(
    processes: int, at_work: Any, start: Any, fired: Any
) -> None:
    keys = [f"{number:03}" for number in range(300)]
    of = [at_work() for _ in range(processes)]
    await set_all(of[0].database, "one", keys, AGO)
    for each in of:
        start(each, run(each, writing("one")))
    await eventually(lambda: _count(fired, 300))
    await eventually(lambda: fired())
    assert Counter(await fired()) == Counter({("one", key): 1 for key in keys})


async def _count(fired: Any, wanted: int) -> bool:
    return len(await fired()) >= wanted


async def test_timers_of_a_name_fire_in_the_order_in_which_they_are_due(at_work: Any, start: Any, fired: Any) -> None:
    of = at_work()
    for minutes in (5, 3, 9, 1, 7):
        await set_all(of.database, "one", [f"{minutes} ago"], NOW - timedelta(minutes=minutes))
    start(of, run(of, writing("one")))
    await eventually(lambda: _count(fired, 5))
    assert [key for _, key in await fired()] == ["9 ago", "7 ago", "5 ago", "3 ago", "1 ago"]


async def test_a_timer_that_was_taken_back_does_not_fire(at_work: Any, start: Any, fired: Any) -> None:
    of = at_work()
    await set_all(of.database, "one", ["kept", "taken back"], AGO)
    async with of.database.transaction() as tx:
        await cancel(tx, "one", "taken back")
        await cancel(tx, "one", "never was")
    start(of, run(of, writing("one")))
    await eventually(lambda: _count(fired, 1))
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
    await eventually(lambda: none_due_now(admin))
    assert [key for _, key in await fired()] == ["1", "4"]
    assert await admin.fetch("select key, due from timer") == [("3", LATER)]


async def none_due_now(admin: asyncpg.Connection) -> bool:
    return not await admin.fetchval("select count(*) from timer where next_at <= $1", NOW)


async def test_a_handler_may_set_its_own_timer_again(
    at_work: Any, start: Any, fired: Any, admin: asyncpg.Connection, tmp_path: Path
) -> None:
    of, timers = at_work(), Timers()

    @timers.on("one")
    async def again(timer: Timer, act: Act) -> None:
        await write(timer, act)
        await schedule(act.tx, "one", key=timer.key, due=timer.due + timedelta(hours=1))

    await set_all(of.database, "one", ["1"], AGO)
    start(of, run(of, timers))
    await eventually(lambda: _count(fired, 1))
    await eventually(lambda: admin.fetchval("select due = $1 from timer", AGO + timedelta(hours=1)))
    set_clock(tmp_path, NOW + timedelta(hours=1))
    await eventually(lambda: _count(fired, 2))


async def test_a_failing_handler_is_put_off_longer_each_time_and_stops_no_other(
    at_work: Any, start: Any, fired: Any, admin: asyncpg.Connection, tmp_path: Path
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
        pauses.append(round((row["next_at"] - of.clock.now()).total_seconds()))
        set_clock(tmp_path, row["next_at"])
    assert {key for _, key in await fired()} == set(keys) - {"3"}
    assert all(count == 1 for key, count in tried.items() if key != "3")
    assert [round(pause / 5) for pause in pauses] == [1, 2, 4]
    assert row["last_failure"] == "HandlerFailed: ValueError"


async def test_a_passing_fault_is_tried_again_and_not_counted_as_a_failure(
    at_work: Any, start: Any, fired: Any, admin: asyncpg.Connection, tmp_path: Path
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
    await eventually(lambda: _count(fired, 1))
    row = await eventually(lambda: admin.fetchrow("select attempts, last_failure, next_at from timer"))
    assert (row["attempts"], row["last_failure"]) == (0, "Passing: LockNotAvailableError sqlstate=55P03")
    set_clock(tmp_path, row["next_at"])
    await eventually(lambda: _count(fired, 2))
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
    await eventually(lambda: _count(fired, 200), within=30)
    turns = [row["size"] for row in await admin.fetch("select count(*) as size from fired group by turn")]
    assert max(turns) <= BATCH
    assert len(turns) < 40, "a transaction each would be 200"


async def test_a_clock_that_jumps_forward_fires_all_that_came_due_once(
    at_work: Any, start: Any, fired: Any, tmp_path: Path
) -> None:
    of = at_work()
    dues = {str(days): NOW + timedelta(days=days) for days in range(-1, 40)}
    for key, due in dues.items():
        await set_all(of.database, "one", [key], due)
    start(of, run(of, writing("one")))
    await eventually(lambda: _count(fired, 2))
    set_clock(tmp_path, NOW + timedelta(days=30))
    await eventually(lambda: _count(fired, 32))
    assert [int(key) for _, key in await fired()] == list(range(-1, 31))


async def test_a_clock_that_jumps_back_fires_nothing_twice_and_the_rest_in_its_time(
    at_work: Any, start: Any, fired: Any, tmp_path: Path, admin: asyncpg.Connection
) -> None:
    of = at_work()
    await set_all(of.database, "one", ["early"], AGO)
    await set_all(of.database, "one", ["late"], NOW + timedelta(days=2))
    start(of, run(of, writing("one")))
    await eventually(lambda: _count(fired, 1))
    set_clock(tmp_path, NOW - timedelta(days=300))
    await set_all(of.database, "one", ["in the past"], NOW - timedelta(days=301))
    await eventually(lambda: _count(fired, 2))
    assert [key for _, key in await fired()] == ["early", "in the past"]
    set_clock(tmp_path, NOW + timedelta(days=3))
    await eventually(lambda: _count(fired, 3))
    assert [key for _, key in await fired()] == ["early", "in the past", "late"]


# Working days after a day, over bridges and changes of the hour: Easter Monday and 1, 8, 25 May 2017; 1 November 2016.
WORKING_DAYS = [
    pytest.param(date(2017, 4, 13), 2, datetime(2017, 4, 18, 4, tzinfo=UTC), id="Good Friday works, Easter Monday not"),
    pytest.param(date(2017, 3, 24), 1, datetime(2017, 3, 27, 4, tzinfo=UTC), id="summer time begins on the 26th"),
    pytest.param(date(2017, 5, 5), 1, datetime(2017, 5, 9, 4, tzinfo=UTC), id="Monday 8 May"),
    pytest.param(date(2017, 5, 24), 2, datetime(2017, 5, 29, 4, tzinfo=UTC), id="the Friday after Ascension works"),
    pytest.param(date(2016, 10, 28), 2, datetime(2016, 11, 2, 5, tzinfo=UTC), id="1 November, and winter time"),
]


@pytest.mark.parametrize(("day", "delay", "moment"), WORKING_DAYS)
async def test_a_timer_due_in_working_days_fires_at_the_hour_of_paris_and_not_before(
    day: date, delay: int, moment: datetime, at_work: Any, start: Any, fired: Any, tmp_path: Path
) -> None:
    of = at_work()
    set_clock(tmp_path, moment - timedelta(minutes=10))
    await set_all(of.database, "one", ["reply"], morning(add_working_days(day, delay)))
    await set_all(of.database, "one", ["just before"], moment - timedelta(minutes=5))
    start(of, run(of, writing("one")))
    set_clock(tmp_path, moment - timedelta(minutes=4))
    await eventually(lambda: _count(fired, 1))
    assert await fired() == [("one", "just before")]
    set_clock(tmp_path, moment)
    await eventually(lambda: _count(fired, 2))


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
