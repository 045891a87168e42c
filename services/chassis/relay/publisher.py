"""Puts rows on Kafka: one batch per partition at a time, order per key kept, a refusal narrowed to its record."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiokafka import AIOKafkaProducer
from aiokafka import errors as kafka
from aiokafka.producer.message_accumulator import BatchBuilder

from services.chassis import messaging_metrics
from services.chassis.fetching import close_connections, update_metadata
from services.chassis.relay.cursor import Row
from services.chassis.relay.spans import record_sends

BATCH_BYTES = 512 * 1024
LOOK_AGAIN_SECONDS = 5.0
LONG = 100

# What the broker says about a topic, and about a record, as opposed to its own state: trying again changes nothing.
TOPIC_REFUSALS: tuple[type[Exception], ...] = (
    kafka.TopicAuthorizationFailedError,
    kafka.UnknownTopicOrPartitionError,
    kafka.InvalidTopicError,
)
RECORD_REFUSALS: tuple[type[Exception], ...] = (
    kafka.MessageSizeTooLargeError,
    kafka.RecordListTooLargeError,
    kafka.InvalidTimestampError,
    kafka.InvalidMessageError,
    kafka.CorruptRecordException,
    kafka.PolicyViolationError,
    kafka.UnsupportedForMessageFormatError,
    kafka.UnknownError,
)

Place = tuple[str, int]


class BrokerAway(Exception):
    """Kafka does not answer; nothing is known about the records in hand."""


@dataclass
class Outcome:
    """What did not go out: rows `refused` by the broker with its reason, and rows `behind` them by key."""

    refused: list[tuple[Row, str]] = field(default_factory=list)
    behind: list[Row] = field(default_factory=list)
    stopped: set[tuple[str, str]] = field(default_factory=set)

    def refuse(self, row: Row, error: Exception) -> None:
        self.refused.append((row, type(error).__name__))
        self.stopped.add((row["topic"], row["key"]))

    def free(self, rows: Sequence[Row]) -> list[Row]:
        """The rows whose key is not stopped; the others are noted as behind."""
        if not self.stopped:
            return list(rows)
        self.behind += [row for row in rows if (row["topic"], row["key"]) in self.stopped]
        return [row for row in rows if (row["topic"], row["key"]) not in self.stopped]

    def refuse_all(self, rows: Sequence[Row], error: Exception) -> None:
        for row in rows:
            for free in self.free([row]):
                self.refuse(free, error)


@dataclass
class Batch:
    """Rows of one partition, filled in for the wire."""

    place: Place
    rows: Sequence[Row]
    builder: BatchBuilder


@dataclass
class Parcel:
    """Rows made ready while earlier ones are on their way: batches by partition, and what cannot go out anyway.

    `withheld` are rows left out because an earlier row of their key waits in `outbox_held`.
    """

    withheld: list[Row] = field(default_factory=list)
    batches: dict[Place, list[Batch]] = field(default_factory=dict)
    outcome: Outcome = field(default_factory=Outcome)


class Publisher:
    """An idempotent producer, renewed whenever the broker refused something: its sequence numbers are void then."""

    def __init__(self, bootstrap: str, client_id: str) -> None:
        self._bootstrap = bootstrap
        self._client_id = client_id
        self._producer: AIOKafkaProducer | None = None
        self._renewing = asyncio.Lock()
        self._missing: dict[str, tuple[float, Exception]] = {}

    async def start(self) -> None:
        """Connects; raises KafkaError or OSError while the broker is away."""
        self._producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            client_id=self._client_id,
            acks="all",
            enable_idempotence=True,
            max_batch_size=BATCH_BYTES,
            request_timeout_ms=10_000,
            retry_backoff_ms=100,
        )
        await self._producer.start()

    async def close(self) -> None:
        """Lets go of the producer without waiting for a broker that may be away."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        closing = asyncio.ensure_future(producer.stop())
        done, _ = await asyncio.wait({closing}, timeout=1)
        if not done:
            closing.cancel()
            sender = producer._sender.sender_task
            if sender is not None:
                sender.cancel()
        await close_connections(producer)
        await asyncio.gather(closing, return_exceptions=True)

    async def renew(self) -> None:
        async with self._renewing:
            await self.close()
            await self.start()

    async def prepare(self, rows: Sequence[Row]) -> Parcel:
        """Batches of rows given oldest first; sends nothing. Raises BrokerAway when a topic has to be asked for."""
        parcel = Parcel()
        groups: dict[Place, list[Row]] = defaultdict(list)
        for topic, topic_rows in _by_topic(rows).items():
            try:
                partitions = await self._partitions(topic)
            except TOPIC_REFUSALS as error:
                parcel.outcome.refuse_all(topic_rows, error)
            else:
                for row in topic_rows:
                    groups[topic, row["key_hash"] % partitions].append(row)
        for place, group in groups.items():
            parcel.batches[place] = _fill(place, group)
            if len(group) >= LONG:
                # The lock's connection must not fall silent while a page is filled in on a starved machine.
                await asyncio.sleep(0)
        return parcel

    async def publish(self, parcel: Parcel) -> Outcome:
        """Publishes what was prepared; returns when each row is acknowledged, refused or behind a refused one.

        Waits for as long as the broker is away. Any exception means that what became of the rows is unknown.
        """
        outcome = parcel.outcome
        sends = [self._send(batches) for batches in parcel.batches.values()]
        stopped = [await sends[0]] if len(sends) == 1 else await asyncio.gather(*sends)
        if any(refusal for _, refusal in stopped):
            await self.renew()
        for place, (left, refusal) in zip(parcel.batches, stopped, strict=True):
            if refusal is not None:
                await self._narrow(place, left, refusal, outcome)
        return outcome

    async def _narrow(self, place: Place, rows: list[Row], error: Exception, outcome: Outcome) -> None:
        """Finds, by halving, the refused among `rows`, of which the first batch was refused with `error`."""
        if isinstance(error, TOPIC_REFUSALS):
            outcome.refuse_all(rows, error)
        elif len(rows) == 1:
            outcome.refuse(rows[0], error)
        else:
            middle = len(rows) // 2
            for half in (rows[:middle], rows[middle:]):
                left, refusal = await self._send(_fill(place, outcome.free(half)))
                if refusal is not None:
                    await self.renew()
                    await self._narrow(place, left, refusal, outcome)

    async def _send(self, batches: Sequence[Batch]) -> tuple[list[Row], Exception | None]:
        """Sends batches of one partition one after another; on a refusal what was not acknowledged, and why."""
        for number, batch in enumerate(batches):
            began = time.time_ns()
            try:
                await self._deliver(batch.builder, batch.place)
            except (*TOPIC_REFUSALS, *RECORD_REFUSALS) as error:
                _tell(batch, began, type(error).__name__)
                return [row for left in batches[number:] for row in left.rows], error
            _tell(batch, began)
            record_sends(batch.rows, batch.place, began)
        return [], None

    async def _deliver(self, batch: BatchBuilder, place: Place) -> None:
        topic, partition = place
        acknowledged = await self._live.send_batch(batch, topic, partition=partition)
        while not (await asyncio.wait({acknowledged}, timeout=LOOK_AGAIN_SECONDS))[0]:
            # aiokafka tries for ever on a topic that was deleted meanwhile
            client = self._live.client
            if await update_metadata(client) and topic not in client.cluster.topics():
                raise kafka.UnknownTopicOrPartitionError
        await acknowledged

    async def _partitions(self, topic: str) -> int:
        """How many partitions the topic has. Raises a refusal, remembered a while: every page would wait for it."""
        async with self._renewing:
            if (known := self._live.client.cluster.partitions_for_topic(topic)) is not None:
                return len(known)
            until, refusal = self._missing.get(topic, (0.0, None))
            if refusal is not None and time.monotonic() < until:
                raise refusal
            try:
                return await self._ask_for(topic)
            except TOPIC_REFUSALS as error:
                self._missing[topic] = (time.monotonic() + LOOK_AGAIN_SECONDS, error)
                raise

    async def _ask_for(self, topic: str) -> int:
        client = self._live.client
        for _ in range(5):
            client.add_topic(topic)
            if not await update_metadata(client):
                raise BrokerAway
            if (known := client.cluster.partitions_for_topic(topic)) is not None:
                return len(known)
            if topic in client.cluster.unauthorized_topics:
                raise kafka.TopicAuthorizationFailedError(topic)
            await asyncio.sleep(0.05)
        raise kafka.UnknownTopicOrPartitionError

    @property
    def _live(self) -> AIOKafkaProducer:
        if self._producer is None:
            raise BrokerAway
        return self._producer


def _by_topic(rows: Sequence[Row]) -> dict[str, list[Row]]:
    topics: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        topics[row["topic"]].append(row)
    return topics


def _fill(place: Place, rows: Sequence[Row]) -> list[Batch]:
    batches, done = [], 0
    while done < len(rows):
        # Not the producer's own create_batch: it may be about to be renewed.
        builder = BatchBuilder(BATCH_BYTES, 0)
        end = _append(builder, rows, done)
        batches.append(Batch(place, rows[done:end], builder))
        done = end
    return batches


def _append(batch: BatchBuilder, rows: Sequence[Row], begin: int) -> int:
    """Appends rows from `begin` on until the batch is full, at least one; returns the first that is not in it."""
    for place in range(begin, len(rows)):
        row = rows[place]
        headers = [(name, content.encode()) for name, content in row["headers"].items()]
        stamp = int(row["stamped_at"].timestamp() * 1000)
        if batch.append(timestamp=stamp, key=row["key"].encode(), value=row["value"], headers=headers) is None:
            return place
    return len(rows)


def _tell(batch: Batch, began: int, error_type: str = "") -> None:
    seconds = (time.time_ns() - began) / 1e9
    messaging_metrics.operated("send", seconds, topic=batch.place[0], error_type=error_type)
