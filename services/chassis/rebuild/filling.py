"""From the topic into the shadow, by the consumer's own code: decoded, applied once, put aside where it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from aiokafka import ConsumerRecord, TopicPartition

from services.chassis.consumer.applying import Applying
from services.chassis.consumer.batches import Records
from services.chassis.consumer.decoding import decode_all, key_of
from services.chassis.consumer.positions import Positions
from services.chassis.consumer.seen import look_up, remember
from services.chassis.database import Connection, Database
from services.chassis.parking.discarded import discarded
from services.chassis.parking.store import park
from services.chassis.projections import Projection
from services.chassis.running import Running
from services.chassis.topic_reader import Places, TopicReader


@dataclass
class Filling:
    """Fills the shadow as the consumer `consumer`. `database` sees the shadow's tables before the live ones."""

    running: Running
    projection: Projection
    consumer: str
    database: Database
    source: TopicReader
    positions: dict[int, int] = field(default_factory=dict)
    owner: UUID = field(default_factory=uuid4)

    async def claim(self, partitions: Sequence[int]) -> None:
        """Goes on where the shadow is."""
        places = [TopicPartition(self.source.topic, partition) for partition in partitions]
        async with self.database.transaction() as tx:
            claimed = await Positions(self.consumer, self.owner).claim(tx, places)
        self.positions = {place.partition: position for place, position in claimed.items()}
        self.source.go_to(self.positions)

    def remaining(self, targets: Places) -> int:
        return sum(max(target - self.positions[partition], 0) for partition, target in targets.items())

    async def step(self, targets: Places) -> None:
        """One batch of records below `targets`, in one transaction. Raises what undid it; nothing of it counts then."""
        fetched = await self.source.fetch(targets)
        if not fetched:
            return
        moves = {place: (self.positions[place.partition], records[-1].offset + 1) for place, records in fetched.items()}
        try:
            await self._take(fetched, moves)
        except BaseException:
            self.source.go_to(self.positions)
            raise
        self.positions |= {place.partition: after for place, (_, after) in moves.items()}

    async def _take(self, fetched: Records, moves: Mapping[TopicPartition, tuple[int, int]]) -> None:
        async with self.database.transaction() as tx:
            # Losing the last moments in a crash loses position and rows alike.
            await tx.execute("set local synchronous_commit = off")
            await Positions(self.consumer, self.owner).move(tx, moves)
            await self._apply(tx, await self._kept(tx, fetched))

    async def _kept(self, tx: Connection, fetched: Records) -> list[ConsumerRecord]:
        gone = await discarded(tx, self.running.service_name, self.source.topic)
        records = [record for batch in fetched.values() for record in batch]
        return [record for record in records if (record.partition, record.offset) not in gone]

    async def _apply(self, tx: Connection, records: Sequence[ConsumerRecord]) -> None:
        subscriptions, now = self.projection.subscriptions, self.running.clock.now()
        # PostgreSQL looks the keys up while we decode.
        looking = asyncio.create_task(look_up(tx, self.consumer, filter(None, map(key_of, records))))
        await asyncio.sleep(0)
        batch = decode_all(records, subscriptions.event_types)
        applying = Applying(tx, self.consumer, subscriptions, self.running.settings, now, await looking)
        result = await applying.apply(batch)
        await remember(tx, self.consumer, result.applied)
        if result.parked:
            await park(tx, self.consumer, result.parked, now)
