"""The state of the outbox, for people."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from services.chassis.database import Connection
from services.chassis.relay.cursor import Cursor, Position

SHARDS = "select shards, shard, seen::text, target::text, after, published, moved_at from outbox_cursor order by 1, 2"

HELD = """
select distinct on (topic, key) topic, key, reason, attempts, next_at,
    count(*) over (partition by topic, key) - 1 as followers
from outbox_held order by topic, key, id
"""


class ShardStatus(BaseModel):
    shards: int
    shard: int
    published: int = Field(description="events acknowledged by Kafka since the shard exists")
    moved_at: datetime
    unpublished: int = Field(description="committed events not on Kafka yet, estimated from 10,000 on")
    oldest_seconds: float


class HeldKey(BaseModel):
    """A key whose oldest event the broker refuses."""

    topic: str
    key: str
    reason: str | None
    attempts: int
    next_at: datetime
    followers: int


class OutboxStatus(BaseModel):
    shards: list[ShardStatus]
    held: list[HeldKey]


async def read_status(tx: Connection) -> OutboxStatus:
    """What waits in the outbox, shard by shard, and what the broker refused."""
    shards = []
    for row in await tx.fetch(SHARDS):
        cursor = Cursor(tx, row["shards"], row["shard"])
        unpublished, seconds = await cursor.waiting(Position(row["seen"], row["target"], row["after"]))
        shards.append(ShardStatus(**row, unpublished=unpublished, oldest_seconds=seconds))
    return OutboxStatus(shards=shards, held=[HeldKey(**row) for row in await tx.fetch(HELD)])
