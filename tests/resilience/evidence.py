"""Everything that can be read back once the load has stopped: journals, topics, tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from schemas.envelope import Envelope
from tests.resilience.facts import TOPICS
from tests.resilience.journal import Story
from tests.resilience.system import System

PARTITIONS = [TopicPartition(topic.name, number) for topic in TOPICS for number in range(topic.partitions)]


@dataclass(frozen=True)
class OnWire:
    """A record of a topic, as far as the checker looks; in the order it was read, partition by partition."""

    topic: str
    partition: int
    key: str
    sequence: int
    event_id: str
    value: dict[str, Any]


@dataclass(frozen=True)
class Application:
    """One time that one event was applied; `told` is what tells the event apart (see projections)."""

    topic: str
    key: str
    sequence: int
    told: str


@dataclass(frozen=True)
class Holding:
    """What the projection knows of one key."""

    count: int
    total: int
    digest: bytes


@dataclass
class Evidence:
    """`applied` in the order of the database's log; `parked` as (topic, key, sequence) of each record that waits now.

    `taken_up` is how many parked records were applied after all.
    """

    story: Story
    wire: list[OnWire] = field(default_factory=list)
    applied: list[Application] = field(default_factory=list)
    holdings: dict[tuple[str, str], Holding] = field(default_factory=dict)
    parked: list[tuple[str, str, int]] = field(default_factory=list)
    taken_up: int = 0
    mended: set[str] = field(default_factory=set)
    reminded: list[str] = field(default_factory=list)


class Observer:
    """Reads back what is new since it last looked, and makes sure that what it saw before still stands."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._wire = Wire(system.kafka.bootstrap, PARTITIONS)
        self._applied: list[Application] = []
        self._last_applied = 0

    async def look(self) -> Evidence:
        """Everything so far. Call it when the load has stopped and the system has settled."""
        fetch = self._system.fetch
        evidence = Evidence(self._system.story, await self._wire.read(), await self._read_applied())
        for topic, key, *held in await fetch("select topic, key::text, count, total, digest from holding"):
            evidence.holdings[topic, key] = Holding(*held)
        waiting = "select topic, encode(key, 'escape'), sequence from parked_record where state = 'parked'"
        evidence.parked = [tuple(row) for row in await fetch(waiting)]
        evidence.taken_up = (await fetch("select count(*) from parked_record where state = 'applied'"))[0][0]
        evidence.mended = {str(row[0]) for row in await fetch("select command_id from mended")}
        evidence.reminded = [str(row[0]) for row in await fetch("select reminder_id from reminded order by id")]
        return evidence

    async def _read_applied(self) -> list[Application]:
        """Its log; read anew when something came in before what was seen last."""
        await self._read_applied_on()
        if (await self._system.fetch("select count(*) from applied"))[0][0] != len(self._applied):
            self._applied, self._last_applied = [], 0
            await self._read_applied_on()
        return self._applied

    async def _read_applied_on(self) -> None:
        query = "select id, topic, key::text, sequence, event_id from applied where id > $1 order by id"
        for last, *row in await self._system.fetch(query, self._last_applied):
            self._applied.append(Application(*row))
            self._last_applied = last


class Wire:
    """What is on the topics. Of each partition the record read last is read again: it must still be there."""

    def __init__(self, bootstrap: str, partitions: Sequence[TopicPartition]) -> None:
        self._bootstrap = bootstrap
        self._partitions = partitions
        self._records: list[OnWire] = []
        self._last: dict[TopicPartition, ConsumerRecord] = {}

    async def read(self) -> list[OnWire]:
        client = AIOKafkaConsumer(bootstrap_servers=self._bootstrap, enable_auto_commit=False)
        await client.start()
        try:
            await self._read_on(client)
        finally:
            await client.stop()
        return self._records

    async def _read_on(self, client: AIOKafkaConsumer) -> None:
        partitions = self._partitions
        client.assign(partitions)
        ends = await client.end_offsets(partitions)
        # Before reading on: what comes meanwhile (doubles of a relay that woke up late) is read beyond these ends.
        for tp, last in self._last.items():
            assert last.offset < ends[tp], f"{tp} was longer before: it lost its last records"
        for tp in partitions:
            client.seek(tp, self._last[tp].offset if tp in self._last else 0)
        while any([await client.position(tp) < ends[tp] for tp in partitions]):
            for tp, records in (await client.getmany(timeout_ms=200)).items():
                self._take(tp, records)

    def _take(self, tp: TopicPartition, records: list[ConsumerRecord]) -> None:
        before = self._last.get(tp)
        if before is not None and records[0].offset <= before.offset:
            again, *records = records
            assert (again.offset, again.value) == (before.offset, before.value), f"{tp} @ {again.offset} has changed"
        self._records += map(_on_wire, records)
        if records:
            self._last[tp] = records[-1]


def _on_wire(record: Any) -> OnWire:
    envelope = Envelope.from_headers(record.headers)
    key = record.key.decode()
    return OnWire(record.topic, record.partition, key, envelope.sequence, envelope.id, orjson.loads(record.value))
