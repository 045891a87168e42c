"""What the tests of timers share: moments, a clock that stands until it is moved, and what has fired so far."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import asyncpg

from services.chassis.clock import Clock

NOW = datetime(2017, 3, 1, 9, tzinfo=UTC)
AGO, LATER = NOW - timedelta(minutes=1), NOW + timedelta(minutes=1)

Fired = Callable[[], Awaitable[list[tuple[str, str]]]]


class Still(Clock):
    """However slow the machine is, no time passes but what a test lets pass."""

    moment = NOW

    def now(self) -> datetime:
        return self.moment


async def fired_at_least(fired: Fired, wanted: int) -> bool:
    return len(await fired()) >= wanted


async def none_due(admin: asyncpg.Connection, moment: datetime = LATER) -> bool:
    return not await admin.fetchval("select count(*) from timer where next_at <= $1", moment)
