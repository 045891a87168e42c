"""Empties slots of the outbox whose rows are all published and old enough: as a whole, so that nothing bloats."""

from __future__ import annotations

import asyncpg
import structlog

from services.chassis.database import Connection
from services.chassis.outbox import SLOTS

_log = structlog.get_logger()

# The ids of a slot rise with time, so the newest row is looked up by id. A row is unpublished when the cursor of its
# shard has not seen its transaction.
LEFT = """
select coalesce(
    (select appended_at > clock_timestamp() - $1 * interval '1 day' from outbox_{slot} order by id desc limit 1), true)
or exists (
    select from outbox_cursor as cursor, outbox_{slot} as kept
    where (kept.xid >= pg_snapshot_xmax(cursor.seen) or kept.xid = any (array(select pg_snapshot_xip(cursor.seen))))
        and (cursor.shards = 1 or kept.key_hash % cursor.shards = cursor.shard)
) or not exists (select from outbox_cursor)
"""


async def prune(connection: Connection, keep_days: float) -> list[int]:
    """Empties what may go and returns the slots emptied. A slot in use is left for the next time."""
    emptied = []
    for slot in range(SLOTS):
        try:
            if await _prune_slot(connection, slot, keep_days):
                emptied.append(slot)
        except asyncpg.LockNotAvailableError:
            continue
    if emptied:
        _log.info("outbox.pruned", slots=emptied)
    return emptied


async def _prune_slot(connection: Connection, slot: int, keep_days: float) -> bool:
    left = LEFT.format(slot=slot)
    if await connection.fetchval(left, keep_days):
        return False
    async with connection.transaction():
        await connection.execute("set local lock_timeout = '100ms'")
        await connection.execute(f"lock table only outbox_{slot} in access exclusive mode")
        if await connection.fetchval(left, keep_days):
            return False
        await connection.execute(f"truncate only outbox_{slot}")
        return True
