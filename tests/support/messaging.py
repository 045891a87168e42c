"""Facts, outbox rows and records for tests of what carries them; real events of the contract on topics of the test."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from pydantic import SecretStr

from schemas.envelope import Envelope, Event
from schemas.events.meetings import MeetingCancelled
from services.chassis.clock import Clock
from services.chassis.database import Database
from services.chassis.outbox import INSERT, key_hash
from services.chassis.running import Running
from services.chassis.subscriptions import Subscriptions

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"


def fact(kind: type[Event] = MeetingCancelled, key: UUID | None = None) -> Any:
    """An event like the published example of its kind, about another aggregate."""
    found = next(EXAMPLES.glob(f"*/{kind.__name__}.v1*.json"))
    example = json.loads(found.read_text(encoding="utf-8"))
    return kind.model_validate({**example["value"], kind.aggregate: str(key or uuid4())})


def envelope(event: Event, sequence: int, **changes: Any) -> Envelope:
    given: dict[str, Any] = {
        "id": str(uuid4()),
        "source": "/cispd/meetings",
        "type": event.ce_type(),
        "time": datetime(2017, 1, 20, 9, tzinfo=UTC),
        "subject": event.key,
        "dataschema": event.dataschema(),
        "sequence": sequence,
        "partitionkey": event.key,
        "correlationid": str(uuid4()),
    }
    return Envelope(**given | changes)


async def append_rows(tx: Any, topic: str, facts: Sequence[tuple[UUID, int]], *, value: bytes | None = None) -> None:
    """Puts facts (key, version) into the outbox, addressed to a topic of the test."""
    events = [(fact(key=key), sequence) for key, sequence in facts]
    headers = [{n: v.decode() for n, v in envelope(event, sequence).to_headers()} for event, sequence in events]
    keys = [event.key for event, _ in events]
    values = [value if value is not None else orjson.dumps(event.model_dump(mode="json")) for event, _ in events]
    now = [datetime.now(UTC)] * len(events)
    await tx.execute(
        INSERT, 86_400.0, now, [topic] * len(events), keys, [key_hash(key) for key in keys], values, headers
    )


def running(url: str, kafka: str, name: str = "sandbox", **settings: Any) -> Running:
    """A process at work, without a process."""
    given = {
        "database_url": SecretStr(url),
        "kafka_bootstrap_servers": kafka,
        "relay_shards": 1,
        "outbox_keep_days": 7.0,
        "event_bytes_max": 900_000,
        "consumer_batch": 2_000,
        "consumer_instance": None,
        "grace_seconds": 10.0,
    }
    settings_given = SimpleNamespace(**given | settings)
    return Running(service_name=name, database=Database(url), settings=settings_given, clock=Clock())


class OnTopics(Subscriptions):
    """Subscriptions to real events on topics of the test."""

    def __init__(self, *topics: str) -> None:
        super().__init__()
        self._topics = topics

    @property
    def topics(self) -> tuple[str, ...]:
        return self._topics

    @property
    def event_types(self) -> dict[type[Event], tuple[str, ...]]:
        return dict.fromkeys((*self.handlers, *self.batch_handlers), self._topics)


def record(
    event: Event, sequence: int, *, topic: str = "t", partition: int = 0, offset: int = 0, **changes: Any
) -> Any:
    """A record as the client hands it out."""
    value = changes.pop("value", orjson.dumps(event.model_dump(mode="json")))
    headers = changes.pop("headers", None) or tuple(envelope(event, sequence, **changes.pop("ce", {})).to_headers())
    key = changes.pop("key", event.key.encode())
    stamp = 1_484_900_000_000
    return ConsumerRecord(
        topic, partition, offset, stamp, 0, key, value, None, len(key or b""), len(value or b""), headers, **changes
    )


async def read_topic(bootstrap: str, topic: str) -> list[ConsumerRecord]:
    """Everything on a topic now, partition by partition."""
    client = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
    await client.start()
    try:
        partitions = [TopicPartition(topic, number) for number in await _partitions(client, topic)]
        client.assign(partitions)
        ends = await client.end_offsets(partitions)
        found: list[ConsumerRecord] = []
        await client.seek_to_beginning()
        while any([await client.position(tp) < ends[tp] for tp in partitions]):
            for records in (await client.getmany(timeout_ms=200)).values():
                found += records
        return found
    finally:
        await client.stop()


async def _partitions(client: AIOKafkaConsumer, topic: str) -> set[int]:
    client._client.add_topic(topic)
    await client._client.force_metadata_update()
    return client.partitions_for_topic(topic) or set()


@asynccontextmanager
async def producing(bootstrap: str) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", max_request_size=4_000_000)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def send(producer: AIOKafkaProducer, topic: str, event: Event, sequence: int, **changes: Any) -> Any:
    """Puts one fact on the topic at once, as a foreign producer might; `value`, `headers`, `key` override."""
    made = record(event, sequence, **changes)
    return await producer.send_and_wait(topic, made.value, key=made.key, headers=list(made.headers))


async def published(kafka: str, name: str, keys: int, versions: int = 1) -> dict[str, list[int]]:
    """Puts facts on the topic; what must have been applied once all of them were read."""
    facts = [fact() for _ in range(keys)]
    async with producing(kafka) as producer:
        for version in range(1, versions + 1):
            await asyncio.gather(*(send(producer, name, each, version) for each in facts))
    return {each.key: list(range(1, versions + 1)) for each in facts}


@dataclass
class Order:
    """What a topic says: versions per key in the order they first came, and how often each came."""

    first: dict[str, list[int]]
    times: dict[tuple[str, int], int]

    @classmethod
    def of(cls, records: Sequence[ConsumerRecord]) -> "Order":
        first: dict[str, list[int]] = defaultdict(list)
        times: dict[tuple[str, int], int] = defaultdict(int)
        for each in records:
            found = Envelope.from_headers(each.headers)
            times[found.subject, found.sequence] += 1
            if times[found.subject, found.sequence] == 1:
                first[found.subject].append(found.sequence)
        return cls(first, times)

    @property
    def out_of_order(self) -> list[str]:
        return [key for key, versions in self.first.items() if versions != sorted(versions)]
