"""Moments at which nothing moves: the live consumer waits, and nobody reads with eyes from before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from uuid import uuid4

from services.chassis.database import Connection, Database
from services.chassis.rebuild.refusals import Busy
from services.chassis.topic_reader import Places

# A consumer that never read a partition has no row to lock: it gets one.
ENTER = """
insert into consumer_position (consumer, topic, partition, position, owner)
select $1, $2, missing, 0, $4 from unnest($3::integer[]) as missing on conflict do nothing
"""

POSITIONS = "select partition, position from consumer_position where consumer = $1 and topic = $2 order by partition"

# Transactions of others in this database, but for those that wait for us.
OTHERS = """
select array_agg(distinct held.virtualtransaction) from pg_locks as held join pg_stat_activity as other using (pid)
where held.locktype = 'virtualxid' and held.granted and pid <> pg_backend_pid() and other.usesysid is not null
    and other.datname = current_database() and not pg_backend_pid() = any(pg_blocking_pids(pid))
"""

STILL = """
select count(*) from pg_locks as held where locktype = 'virtualxid' and granted and virtualtransaction = any($1)
    and not pg_backend_pid() = any(pg_blocking_pids(pid))
"""


@dataclass(frozen=True)
class Fence:
    """The positions of the live `consumer` on `topic`."""

    database: Database
    consumer: str
    topic: str

    async def enter(self, partitions: Sequence[int]) -> None:
        """Gives every partition a position that can be locked."""
        async with self.database.transaction() as tx:
            await tx.execute(ENTER, self.consumer, self.topic, list(partitions), uuid4())

    async def positions(self) -> Places:
        async with self.database.connection() as connection:
            return _places(await connection.fetch(POSITIONS, self.consumer, self.topic))

    @asynccontextmanager
    async def closed(self) -> AsyncIterator[tuple[Connection, Places]]:
        """A transaction in which the positions are locked; the live consumer moves them first, so it waits."""
        async with self.database.transaction() as tx:
            yield tx, _places(await tx.fetch(f"{POSITIONS} for update", self.consumer, self.topic))


async def older_readers_gone(tx: Connection, *, within: float) -> None:
    """Waits until every transaction that runs now has ended; Busy after `within` seconds.

    One of them may hold a snapshot older than the newest rows of the shadow and would miss these after the swap.
    """
    others = await tx.fetchval(OTHERS) or []
    deadline = monotonic() + within
    while others and await tx.fetchval(STILL, others):
        if monotonic() > deadline:
            raise Busy("transactions that were running all the time hold the swap back")
        await asyncio.sleep(0.02)


def _places(rows: Sequence[tuple[int, int]]) -> Places:
    return {partition: position for partition, position in rows}
