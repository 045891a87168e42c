"""Which records of a topic somebody gave up for good: nobody reads these again."""

from __future__ import annotations

from services.chassis.database import Connection

DISCARDED = """
select partition, "offset" from parked_record where consumer = $1 and topic = $2 and state = 'discarded'
"""


async def discarded(tx: Connection, consumer: str, topic: str) -> set[tuple[int, int]]:
    """Partition and offset of each."""
    return {(row["partition"], row["offset"]) for row in await tx.fetch(DISCARDED, consumer, topic)}
