"""Empties slots of the outbox whose rows are all published and old enough: as a whole, so that nothing bloats."""

from __future__ import annotations

import asyncpg
import structlog

from services.chassis.database import Connection
from services.chassis.outbox import SLOTS

_log = structlog.get_logger()

# Every cursor must be past every row; the lock of the table makes sure that no more come while we look.
LEFT = """
select exists (
    select from outbox_{slot} as kept where appended_at > clock_timestamp() - $1 * interval '1 day'
) or exists (
    select from outbox_{slot} as kept, outbox_cursor as cursor
    where not pg_visible_in_snapshot(kept.xid, cursor.seen) and (cursor.shards = $2 and kept.key_hash % $2 = cursor.shard)
) or not exists (select from outbox_{slot})
"""


async def prune(connection: Connection, keep_days: float, shards: int) -> list[int]:
    """Empties what may go and returns the slots emptied. A slot in use is left for the next time."""
    emptied = []
    for slot in range(SLOTS):
        try:
            if await _prune_slot(connection, slot, keep_days, shards):
                emptied.append(slot)
        except asyncpg.LockNotAvailableError:
            continue
    if emptied:
        _log.info("outbox.pruned", slots=emptied)
    return emptied


async def _prune_slot(connection: Connection, slot: int, keep_days: float, shards: int) -> bool:
    left = LEFT.format(slot=slot)
    if await connection.fetchval(left, keep_days, shards):
        return False
    async with connection.transaction():
        await connection.execute("set local lock_timeout = '100ms'")
        await connection.execute(f"lock table only outbox_{slot} in access exclusive mode")
        if await connection.fetchval(left, keep_days, shards):
            return False
        await connection.execute(f"truncate only outbox_{slot}")
        return True
