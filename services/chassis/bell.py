"""Tells the relay that something was committed: at once in this process, by NOTIFY in others.

NOTIFY goes out after the commit, not with it: one lock of the whole server would make the commits wait for each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from services.chassis.database import Database
from services.chassis.database_faults import is_transient
from services.chassis.errors import Unavailable

QUIET_SECONDS = 0.005

_bells: WeakKeyDictionary[Database, _Bell] = WeakKeyDictionary()


def wake(database: Database) -> None:
    """Rings for the relay of this service, soon and not more often than needed; never fails, never waits.

    A ring that is lost costs a poll interval of the relay and nothing else.
    """
    _bell(database).ring(database)


@contextmanager
def heard_here(database: Database, shards: int, shard: int, woken: asyncio.Event) -> Iterator[None]:
    """While this process leads `shard` of `shards`, its rings set `woken`; leading all, it tells no other process."""
    bell = _bell(database)
    bell.shards, bell.here[shard] = shards, woken
    try:
        yield
    finally:
        del bell.here[shard]


def _bell(database: Database) -> _Bell:
    return _bells.setdefault(database, _Bell())


class _Bell:
    """`here`: the relays of this process that lead a shard, of `shards`; what others lead hears NOTIFY."""

    def __init__(self) -> None:
        self.shards = 1
        self.here: dict[int, asyncio.Event] = {}
        self._task: asyncio.Task[None] | None = None
        self._again = False

    def ring(self, database: Database) -> None:
        for woken in self.here.values():
            woken.set()
        if len(self.here) == self.shards:
            return
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._ring(database))
        else:
            self._again = True

    async def _ring(self, database: Database) -> None:
        while True:
            self._again = False
            await _notify(database)
            await asyncio.sleep(QUIET_SECONDS)
            if not self._again:
                return


async def _notify(database: Database) -> None:
    try:
        async with database.connection() as connection:
            await connection.execute("select pg_notify('outbox_' || current_schema(), '')")
    except Unavailable:
        return
    except Exception as fault:
        if not is_transient(fault):
            raise
