"""Tells the relay that something was committed: at once in this process, by NOTIFY in others.

NOTIFY goes out after the commit, not with it: one lock of the whole server would make the commits wait for each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from services.chassis.database import Connection, Database, is_lost
from services.chassis.database_faults import is_transient

# After a ring the next one waits this long; where it told of more than FEW, throughput counts and not the moment.
QUIET_SECONDS = 0.001
BUSY_SECONDS = 0.005
FEW = 3
# A bell's connection is given back when nothing was rung for so long.
SILENCE_SECONDS = 30.0

_bells: WeakKeyDictionary[Database, _Bell] = WeakKeyDictionary()


class Woken:
    """Set by rings until it is cleared; `heard` is a future, so that one can wait for it beside others."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.heard: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def set(self) -> None:
        if not self.heard.done():
            self.heard.set_result(None)


def wake(database: Database) -> None:
    """Rings for the relay of this service, soon and not more often than needed; never fails, never waits.

    A ring that is lost costs a poll interval of the relay and nothing else.
    """
    _bell(database).ring(database)


@contextmanager
def heard_here(database: Database, shards: int, shard: int, woken: Woken) -> Iterator[None]:
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
        self.here: dict[int, Woken] = {}
        self._rung = 0
        self._again: asyncio.Event = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def ring(self, database: Database) -> None:
        for woken in self.here.values():
            woken.set()
        if len(self.here) == self.shards:
            return
        self._rung += 1
        self._again.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._ring(database))

    async def _ring(self, database: Database) -> None:
        """Rings until there was silence, on a connection of its own: none of the pool's, which requests wait for."""
        connection: Connection | None = None
        try:
            connection = await database.dedicated(patience=5.0, synchronous_commit="off")
            notify = await connection.fetchval("select format('notify %I', 'outbox_' || current_schema())")
            while await self._rung_again():
                quiet = QUIET_SECONDS if self._rung <= FEW else BUSY_SECONDS
                self._rung = 0
                self._again.clear()
                await connection.execute(notify)
                await asyncio.sleep(quiet)
        except Exception as fault:
            if not is_transient(fault) and not (connection is not None and is_lost(connection)):
                raise
        finally:
            if connection is not None:
                connection.terminate()

    async def _rung_again(self) -> bool:
        if self._again.is_set():
            return True
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                return await self._again.wait()
        except TimeoutError:
            # Rung while the silence was ending: nobody else would begin again for it.
            return self._again.is_set()
