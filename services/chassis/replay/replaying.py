"""One key at a time, in one transaction: the consumer's own code, and what already happened is recognised."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiokafka import ConsumerRecord

from services.chassis import operations, outbox
from services.chassis.consumer.applying import Applying
from services.chassis.consumer.decoding import decode_all
from services.chassis.consumer.seen import parked_among
from services.chassis.database import Connection
from services.chassis.parking.discarded import discarded
from services.chassis.parking.queue import LOCK
from services.chassis.rebuild.fence import Fence
from services.chassis.replay.selecting import CannotReplay, Range, Selection, select
from services.chassis.running import Running
from services.chassis.subscriptions import Subscriptions
from services.chassis.topic_reader import NoSuchTopic, TopicReader

SEEN = "select coalesce(max(sequence), 0) from consumer_seen where consumer = $1 and topic = $2 and key = $3"
APPENDED = "select count(*) from outbox where xid = pg_current_xact_id()"


class _Undone(Exception):
    """Nothing of this key is to be kept."""


@dataclass
class Replayed:
    """`new` counts the facts that handlers appended: what had not happened yet. `stopped`: keys left as they were."""

    in_range: int = 0
    later: int = 0
    applied: int = 0
    new: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    stopped: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        lines = [
            f"{self.in_range} records in range, {self.later} later ones of the same keys",
            f"{self.applied} applied, {self.new} new facts",
            *(f"{number} passed over: {reason}" for reason, number in sorted(self.skipped.items())),
            *(f"{number} keys left as they were: {reason}" for reason, number in sorted(self.stopped.items())),
        ]
        return "\n".join(lines)


@dataclass
class Replaying:
    """`dry` undoes everything and tells what would have happened. Positions never move."""

    running: Running
    subscriptions: Subscriptions
    projects: bool
    dry: bool
    result: Replayed = field(default_factory=Replayed)

    async def replay(self, wanted: Range) -> Replayed:
        """Hands the records of `wanted` to the handlers again. Raises CannotReplay; then nothing was applied."""
        wanted.check()
        if wanted.topic not in self.subscriptions.topics:
            raise CannotReplay(f"not read here; topics: {', '.join(self.subscriptions.topics)}")
        if self.projects and wanted.key is None:
            raise CannotReplay("a projection takes up whole keys only (--key); for more than some keys use rebuild")
        selection = await self._select(wanted)
        self.result.in_range = selection.in_range
        self.result.later = selection.total + selection.without_key - selection.in_range
        if selection.without_key:
            self.result.skipped["no_key"] = selection.without_key
        if self.dry:
            await self._replay_all(wanted.topic, selection)
        else:
            async with self._noted(wanted):
                await self._replay_all(wanted.topic, selection)
            outbox.wake(self.running.database)
        return self.result

    @asynccontextmanager
    async def _noted(self, wanted: Range) -> AsyncIterator[None]:
        """Keeps a line of who had what replayed, also of one that broke off."""
        async with self.running.database.transaction() as tx:
            await operations.begin(tx, "replay", str(wanted))
        try:
            yield
        finally:
            async with self.running.database.transaction() as tx:
                await operations.end(tx, "replay", str(wanted), str(self.result))

    async def _replay_all(self, topic: str, selection: Selection) -> None:
        for (partition, key), records in selection.groups.items():
            await self._replay_key(topic, partition, key, records)

    async def _select(self, wanted: Range) -> Selection:
        reader = TopicReader(self.running.settings.kafka_bootstrap_servers, wanted.topic)
        positions = await Fence(self.running.database, self.running.service_name, wanted.topic).positions()
        try:
            await reader.open()
            return await select(reader, wanted, positions, whole_keys=self.projects)
        except NoSuchTopic as missing:
            raise CannotReplay(str(missing)) from None
        finally:
            await reader.close()

    async def _replay_key(self, topic: str, partition: int, key: bytes, records: Sequence[ConsumerRecord]) -> None:
        try:
            async with self.running.database.transaction() as tx:
                # The consumer moves this row first in each batch: it does not work on the key meanwhile.
                await tx.fetch(LOCK, self.running.service_name, topic, partition)
                if await parked_among(tx, self.running.service_name, [(topic, key)]):
                    self._stop("a record of it is parked: mend that one first")
                await self._apply(tx, topic, await tx.fetchval(SEEN, self.running.service_name, topic, key), records)
                if self.dry:
                    raise _Undone
        except _Undone:
            return

    async def _apply(self, tx: Connection, topic: str, seen: int, records: Sequence[ConsumerRecord]) -> None:
        consumer = self.running.service_name
        gone = await discarded(tx, consumer, topic)
        kept = [record for record in records if (record.partition, record.offset) not in gone]
        batch = decode_all(kept, self.subscriptions.event_types)
        if max((each.envelope.sequence for each in batch if each.envelope), default=0) < seen:
            self._stop("a newer record came meanwhile: run again")
        now, settings = self.running.clock.now(), self.running.settings
        applied = await Applying(tx, consumer, self.subscriptions, settings, now, again=True).apply(batch)
        if applied.parked:
            self._stop(f"{applied.parked[0].fault.reason}, {applied.parked[0].fault.detail}")
        self.result.applied += len(applied.applied)
        self.result.skipped.update(reason for _, reason in applied.skipped)
        self.result.new += await tx.fetchval(APPENDED)

    def _stop(self, reason: str) -> None:
        self.result.stopped[reason] += 1
        raise _Undone
