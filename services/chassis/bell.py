"""Tells the relay that something was committed: after the commit, at most once in a few milliseconds."""

from __future__ import annotations

import asyncio
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
    _bells.setdefault(database, _Bell()).ring(database)


class _Bell:
    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None
        self._again = False

    def ring(self, database: Database) -> None:
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
