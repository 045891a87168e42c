"""A consumer without Kafka: real positions, decoding, handlers, parking and mending on a real database.

What fails is decided by rows of `forbidden`, as a missing row or a constraint would decide it: mending the cause is
deleting them.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from aiokafka import TopicPartition

from schemas.events.meetings import MeetingCancelled
from services.chassis.act import Act
from services.chassis.consumer.batches import Batches
from services.chassis.consumer.positions import Positions
from services.chassis.database_faults import is_transient
from services.chassis.parking.mending import Mending
from services.chassis.running import Running
from tests.support.messaging import OnTopics, fact, record, running

TOPIC, CONSUMER = "t", "sandbox"
EFFECT = """
create table effect (id bigint generated always as identity, key text, version bigint);
create table forbidden (key text, version bigint, primary key (key, version));
grant all on effect, forbidden to sandbox;
"""


class Refused(Exception):
    """The row of `forbidden` that is in the way."""


def recording() -> OnTopics:
    """Writes a row for each event; fails where `forbidden` says so."""
    subscriptions = OnTopics(TOPIC)

    @subscriptions.on(MeetingCancelled)
    async def on_fact(event: Any, act: Act) -> None:
        assert act.cause is not None
        here = (event.key, act.cause.sequence)
        await act.tx.execute("insert into effect (key, version) values ($1, $2)", *here)
        if await act.tx.fetchval("select true from forbidden where key = $1 and version = $2", *here):
            raise Refused

    return subscriptions


class NoClient:
    """Stands where the Kafka client is: nothing to seek in, for the test hands the records out."""

    def seek(self, tp: TopicPartition, offset: int) -> None:
        return


@dataclass
class Workshop:
    process: Running
    subscriptions: OnTopics
    batches: Batches
    offsets: dict[int, int] = field(default_factory=dict)
    versions: dict[UUID, int] = field(default_factory=dict)
    made: dict[tuple[UUID, int], Any] = field(default_factory=dict)

    @classmethod
    def on(cls, url: str) -> Workshop:
        process, subscriptions = running(url, "127.0.0.1:9", CONSUMER), recording()
        client: Any = NoClient()
        batches = Batches(process, subscriptions, Positions(CONSUMER, uuid4()), lambda: client)
        return cls(process, subscriptions, batches)

    async def close(self) -> None:
        self.batches.disconnect()
        await self.process.database.close()

    def hand(self, by: str = "Ada (ada)", **options: Any) -> Mending:
        return Mending(
            database=self.process.database,
            clock=self.process.clock,
            settings=self.process.settings,
            subscriptions=self.subscriptions,
            consumer=CONSUMER,
            by=by,
            **options,
        )

    def next(self, key: UUID, /, *, partition: int = 0, **changes: Any) -> Any:
        """The next record of a key, at the next offset of the partition; `changes` as in messaging.record."""
        version = self.versions[key] = self.versions.get(key, 0) + 1
        made = record(
            fact(key=key), version, topic=TOPIC, partition=partition, offset=self._offset(partition), **changes
        )
        self.made[key, version] = made
        return made

    def again(self, key: UUID, version: int, /) -> Any:
        """The very record of that version, as a relay repeats it, at the next offset."""
        made = self.made[key, version]
        return replace(made, offset=self._offset(made.partition))

    def _offset(self, partition: int) -> int:
        offset = self.offsets.get(partition, 0)
        self.offsets[partition] = offset + 1
        return offset

    async def deliver(self, *records: Any) -> None:
        """What a fetch hands out, to the step the consumer takes with it."""
        by_place: dict[TopicPartition, list[Any]] = {}
        for one in records:
            by_place.setdefault(TopicPartition(one.topic, one.partition), []).append(one)
        await self._take(by_place)

    async def _take(self, records: dict[TopicPartition, list[Any]]) -> None:
        """Again and again while the queue is locked, as the consumer does."""
        while True:
            try:
                await self.batches.take(records)
            except Exception as fault:
                if not is_transient(fault):
                    raise
            else:
                return

    async def forbid(self, key: UUID, version: int) -> None:
        await self._execute("insert into forbidden values ($1, $2)", str(key), version)

    async def allow(self, key: UUID, version: int) -> None:
        await self._execute("delete from forbidden where key = $1 and version = $2", str(key), version)

    async def _execute(self, statement: str, *values: Any) -> None:
        async with self.process.database.transaction() as tx:
            await tx.execute(statement, *values)

    async def rows(self, statement: str, *values: Any) -> list[Any]:
        async with self.process.database.read() as tx:
            return list(await tx.fetch(statement, *values))

    async def applied(self, key: UUID) -> list[int]:
        rows = await self.rows("select version from effect where key = $1 order by id", str(key))
        return [row["version"] for row in rows]

    async def parked(self, key: UUID | None = None) -> list[Any]:
        """What waits, in order: of one key, or all."""
        wanted = None if key is None else str(key).encode()
        return await self.rows(
            "select * from parked_record where state = 'parked' and ($1::bytea is null or key = $1) order by id", wanted
        )

    async def tries(self, parked_id: int) -> list[tuple[str, str, str]]:
        rows = await self.rows("select * from parked_try where parked_id = $1 order by id", parked_id)
        return [(row["by"], row["outcome"], row["reason"]) for row in rows]


async def together(*work: Any) -> list[Any]:
    """All at once; the first exception is raised when every one has ended."""
    outcomes = await asyncio.gather(*work, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return outcomes
