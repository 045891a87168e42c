"""Rows the broker refused wait here with the later rows of their keys; tried again with growing pauses, in order."""

from __future__ import annotations

from collections.abc import Sequence

from services.chassis.database import Connection
from services.chassis.relay.cursor import Row

LONGEST_PAUSE_SECONDS = 300

HOLD = """
insert into outbox_held (id, appended_at, stamped_at, topic, key, key_hash, value, headers, reason, attempts, next_at)
select id, appended_at, stamped_at, topic, key, key_hash, value, headers, held.reason,
    case when held.reason is null then 0 else 1 end, clock_timestamp() + interval '2 seconds'
from outbox join unnest($1::bigint[], $2::text[]) as held (row_id, reason) on outbox.id = held.row_id
on conflict (id) do nothing
"""

STOPPED = """
select distinct topic, key from outbox_held where $1 = 1 or key_hash % $1 = $2
"""

DUE = """
with heads as (
    select distinct on (topic, key) topic, key, id, next_at from outbox_held
    where $1 = 1 or key_hash % $1 = $2 order by topic, key, id
),
due as (select topic, key from heads where next_at <= clock_timestamp() order by next_at limit 20)
select held.* from outbox_held as held join due using (topic, key) order by held.id limit 500
"""

RELEASE = "delete from outbox_held where id = any ($1::bigint[])"

AGAIN = """
update outbox_held set reason = refused.reason, attempts = attempts + 1,
    next_at = clock_timestamp() + least(power(2, least(attempts + 1, 12)), $3) * interval '1 second'
from unnest($1::bigint[], $2::text[]) as refused (row_id, reason) where id = refused.row_id
"""


class Held:
    """The held rows of one shard; used on the connection that holds the shard's lock."""

    def __init__(self, connection: Connection, shards: int, shard: int) -> None:
        self._connection = connection
        self._place = (shards, shard)
        self.keys: set[tuple[str, str]] = set()

    async def load(self) -> None:
        """Learns which keys are stopped."""
        self.keys = {(row["topic"], row["key"]) for row in await self._connection.fetch(STOPPED, *self._place)}

    def split(self, rows: list[Row]) -> tuple[list[Row], list[Row]]:
        """The rows that may go out, and those whose key is stopped."""
        if not self.keys:
            return rows, []
        stopped = [row for row in rows if (row["topic"], row["key"]) in self.keys]
        return [row for row in rows if (row["topic"], row["key"]) not in self.keys], stopped

    async def add(self, refused: Sequence[tuple[Row, str]], behind: Sequence[Row]) -> None:
        """Copies rows here; call it in the transaction that moves the cursor past them."""
        reasons: list[tuple[int, str | None]] = [(row["id"], reason) for row, reason in refused]
        reasons += [(row["id"], None) for row in behind]
        await self._connection.execute(HOLD, [row for row, _ in reasons], [reason for _, reason in reasons])
        self.keys |= {(row["topic"], row["key"]) for row, _ in refused}

    async def due(self) -> list[Row]:
        """Rows of keys whose first row may be tried again, oldest first."""
        return list(await self._connection.fetch(DUE, *self._place)) if self.keys else []

    async def settle(self, published: Sequence[Row], refused: Sequence[tuple[Row, str]]) -> None:
        """Forgets what went out, puts off what was refused again."""
        async with self._connection.transaction():
            await self._connection.execute(RELEASE, [row["id"] for row in published])
            ids, reasons = [row["id"] for row, _ in refused], [reason for _, reason in refused]
            await self._connection.execute(AGAIN, ids, reasons, float(LONGEST_PAUSE_SECONDS))
        await self.load()
