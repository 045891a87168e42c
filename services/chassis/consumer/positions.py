"""Where a consumer is, in PostgreSQL: claimed by one process, moved only from where it was left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from aiokafka import TopicPartition

from services.chassis.database import Connection

CLAIM = """
insert into consumer_position (consumer, topic, partition, position, owner)
select $1, wanted.topic, wanted.partition, 0, $4
from unnest($2::text[], $3::integer[]) as wanted (topic, partition) order by 1, 2, 3
on conflict (consumer, topic, partition) do update set owner = $4, moved_at = clock_timestamp()
returning topic, partition, position
"""

MOVE = """
update consumer_position as held set position = moved.after, moved_at = clock_timestamp()
from unnest($2::text[], $3::integer[], $4::bigint[], $5::bigint[]) as moved (topic, partition, before, after)
where held.consumer = $1 and held.topic = moved.topic and held.partition = moved.partition
    and held.position = moved.before and held.owner = $6
returning 1
"""


class Fenced(Exception):
    """Another process has claimed or moved a position of ours: what this batch did must not count."""


@dataclass(frozen=True)
class Positions:
    """The positions of `consumer`, as far as `owner` may move them."""

    consumer: str
    owner: UUID

    async def claim(self, tx: Connection, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """Takes the partitions over from whoever had them; the offset to read next, 0 for a partition never read."""
        topics, numbers = [tp.topic for tp in partitions], [tp.partition for tp in partitions]
        rows = await tx.fetch(CLAIM, self.consumer, topics, numbers, self.owner)
        return {TopicPartition(row["topic"], row["partition"]): row["position"] for row in rows}

    async def move(self, tx: Connection, moves: Mapping[TopicPartition, tuple[int, int]]) -> None:
        """Moves each position from the first to the second offset. Raises Fenced when one is not ours or not there."""
        places = sorted(moves)
        moved = await tx.fetch(
            MOVE,
            self.consumer,
            [tp.topic for tp in places],
            [tp.partition for tp in places],
            [moves[tp][0] for tp in places],
            [moves[tp][1] for tp in places],
            self.owner,
        )
        if len(moved) < len(places):
            raise Fenced
