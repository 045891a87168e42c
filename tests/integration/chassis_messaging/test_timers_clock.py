"""Timers by a clock that jumps, and by the calendar of France."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from services.chassis.calendar import add_working_days, morning
from services.chassis.timers.firing import run
from tests.integration.chassis_messaging.timers_at_work import AGO, NOW, fired_at_least
from tests.support.eventually import eventually
from tests.support.ledger_of_firings import set_all, writing


async def test_a_clock_that_jumps_forward_fires_all_that_came_due_once(at_work: Any, start: Any, fired: Any) -> None:
    of = at_work()
    dues = {str(days): NOW + timedelta(days=days) for days in range(-1, 40)}
    for key, due in dues.items():
        await set_all(of.database, "one", [key], due)
    start(of, run(of, writing("one")))
    await eventually(lambda: fired_at_least(fired, 2))
    of.clock.moment = NOW + timedelta(days=30)
    await eventually(lambda: fired_at_least(fired, 32))
    assert [int(key) for _, key in await fired()] == list(range(-1, 31))


async def test_a_clock_that_jumps_back_fires_nothing_twice_and_the_rest_in_its_time(
    at_work: Any, start: Any, fired: Any, admin: asyncpg.Connection
) -> None:
    of = at_work()
    await set_all(of.database, "one", ["early"], AGO)
    await set_all(of.database, "one", ["late"], NOW + timedelta(days=2))
    start(of, run(of, writing("one")))
    await eventually(lambda: fired_at_least(fired, 1))
    of.clock.moment = NOW - timedelta(days=300)
    await set_all(of.database, "one", ["in the past"], NOW - timedelta(days=301))
    await eventually(lambda: fired_at_least(fired, 2))
    assert [key for _, key in await fired()] == ["early", "in the past"]
    of.clock.moment = NOW + timedelta(days=3)
    await eventually(lambda: fired_at_least(fired, 3))
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
    day: date, delay: int, moment: datetime, at_work: Any, start: Any, fired: Any
) -> None:
    of = at_work()
    of.clock.moment = moment - timedelta(minutes=10)
    await set_all(of.database, "one", ["reply"], morning(add_working_days(day, delay)))
    await set_all(of.database, "one", ["just before"], moment - timedelta(minutes=5))
    start(of, run(of, writing("one")))
    of.clock.moment = moment - timedelta(minutes=4)
    await eventually(lambda: fired_at_least(fired, 1))
    assert await fired() == [("one", "just before")]
    of.clock.moment = moment
    await eventually(lambda: fired_at_least(fired, 2))
