"""From the topic into the shadow, by the consumer's own code: decoded, applied once, put aside where it fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from aiokafka import ConsumerRecord, TopicPartition

from services.chassis.consumer.applying import Applying, keys_of
from services.chassis.consumer.batches import Records
from services.chassis.consumer.decoding import decode_all
from services.chassis.consumer.positions import Positions
from services.chassis.consumer.seen import look_up, remember
from services.chassis.database import Connection, Database
from services.chassis.parking.store import park
from services.chassis.projections import Projection
from services.chassis.rebuild.source import Places, Source
from services.chassis.running import Running

# What was discarded for good is passed over here too.
DISCARDED = """
select partition, "offset" from parked_record where consumer = $1 and topic = $2 and state = 'discarded'
"""


@dataclass
class Filling:
    """Fills the shadow as the consumer `consumer`. `database` sees the shadow's tables before the live ones."""

    running: Running
    projection: Projection
    consumer: str
    database: Database
    source: Source
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
        rows = await tx.fetch(DISCARDED, self.running.service_name, self.source.topic)
        discarded = {(row["partition"], row["offset"]) for row in rows}
        records = [record for batch in fetched.values() for record in batch]
        return [record for record in records if (record.partition, record.offset) not in discarded]

    async def _apply(self, tx: Connection, records: Sequence[ConsumerRecord]) -> None:
        subscriptions, now = self.projection.subscriptions, self.running.clock.now()
        batch = decode_all(records, subscriptions.event_types)
        known = await look_up(tx, self.consumer, keys_of(batch))
        applying = Applying(tx, self.consumer, subscriptions, self.running.settings, now, known)
        result = await applying.apply(batch)
        await remember(tx, self.consumer, result.applied)
        if result.parked:
            await park(tx, self.consumer, result.parked, now)
