"""From the topic into the shadow, by the consumer's own code: decoded, applied once, put aside where it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from aiokafka import TopicPartition

from services.chassis import operations
from services.chassis.consumer.applying import Applying, keys_of
from services.chassis.consumer.decoding import Incoming, decode_all
from services.chassis.consumer.positions import Positions
from services.chassis.consumer.seen import parked_among
from services.chassis.database import Connection, Database
from services.chassis.parking.discarded import discarded
from services.chassis.projections import Projection
from services.chassis.rebuild.refusals import EndedElsewhere
from services.chassis.rebuild.versions import Versions
from services.chassis.running import Running
from services.chassis.topic_reader import Places, TopicReader

# Records decoded at one go, before PostgreSQL's answers are looked at again.
SLICE = 250


@dataclass
class _Batch:
    """Decoded records, and the offset after the last of each partition."""

    ends: dict[TopicPartition, int]
    incoming: list[Incoming] = field(default_factory=list)


@dataclass
class Filling:
    """Fills the shadow as the consumer `consumer`. `database` sees the shadow's tables before the live ones.

    `operation` is the line of this rebuild; without one nothing can be claimed.
    """

    running: Running
    projection: Projection
    consumer: str
    database: Database
    source: TopicReader
    positions: dict[int, int] = field(default_factory=dict)
    owner: UUID = field(default_factory=uuid4)
    operation: int | None = None
    _ahead: asyncio.Future[_Batch] | None = None

    async def claim(self, partitions: Sequence[int]) -> None:
        """Goes on where the shadow is, as the only one who may.

        Raises EndedElsewhere: the shadow is gone then, and under its names there are the live tables.
        """
        places = [TopicPartition(self.source.topic, partition) for partition in partitions]
        self.owner = uuid4()
        async with self.database.transaction() as tx:
            if self.operation is None or not await operations.still_open(tx, self.operation):
                raise EndedElsewhere(
                    "another process has put this rebuild in place or given it up meanwhile: --status tells who"
                )
            claimed = await Positions(self.consumer, self.owner).claim(tx, places)
        self.positions = {place.partition: position for place, position in claimed.items()}
        self.source.go_to(self.positions)

    def remaining(self, targets: Places) -> int:
        return sum(max(target - self.positions[partition], 0) for partition, target in targets.items())

    async def up_to(self, targets: Places) -> None:
        """Of the partitions of `targets`, until they are reached or the process is to stop."""
        self.source.read_from(targets)
        while self.remaining(targets) and not self.running.stopping.is_set():
            await self.step(targets)

    async def step(self, targets: Places) -> None:
        """One batch of records below `targets`, in one transaction. Raises what undid it; nothing of it counts then."""
        try:
            batch = await (self._ahead or self._read(targets))
            self._ahead = None
            moves = {place: (self.positions[place.partition], after) for place, after in batch.ends.items()}
            if not moves:
                return
            if self.remaining(targets) > sum(after - before for before, after in moves.values()):
                # The next batch is read and decoded while PostgreSQL writes this one.
                self._ahead = asyncio.ensure_future(self._read(targets))
            await self._take(batch, moves)
        except BaseException:
            self.start_over()
            raise
        self.positions |= {place.partition: after for place, (_, after) in moves.items()}

    async def _read(self, targets: Places) -> _Batch:
        fetched = await self.source.fetch(targets)
        records = [record for batch in fetched.values() for record in batch]
        batch = _Batch({place: batch[-1].offset + 1 for place, batch in fetched.items()})
        wanted = self.projection.subscriptions.event_types
        for start in range(0, len(records), SLICE):
            batch.incoming += decode_all(records[start : start + SLICE], wanted)
            await asyncio.sleep(0)
        return batch

    def start_over(self) -> None:
        """Drops what was read ahead: the next batch begins at the position again."""
        if self._ahead is not None:
            self._ahead.cancel()
            self._ahead = None
        if self.positions:
            self.source.go_to(self.positions)

    async def _take(self, batch: _Batch, moves: Mapping[TopicPartition, tuple[int, int]]) -> None:
        async with self.database.transaction() as tx:
            # Losing the last moments in a crash loses position and rows alike.
            await tx.execute("set local synchronous_commit = off")
            await Positions(self.consumer, self.owner).move(tx, moves)
            gone = await discarded(tx, self.running.service_name, self.source.topic)
            kept = batch.incoming
            if gone:
                kept = [each for each in kept if (each.record.partition, each.record.offset) not in gone]
            await self._apply(tx, kept)

    async def _apply(self, tx: Connection, batch: Sequence[Incoming]) -> None:
        subscriptions, now = self.projection.subscriptions, self.running.clock.now()
        stopped = await parked_among(tx, self.consumer, keys_of(batch))
        remember = Versions.of(batch).remember
        applying = Applying(tx, self.consumer, subscriptions, self.running.settings, now, stopped, remember=remember)
        result = await applying.apply(batch)
        await result.put_aside(tx, self.consumer, now)
