"""A topic read by nobody's group, between offsets that the reader is given."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from services.chassis.fetching import check_fetching, close_connections

BATCH = 5_000
FETCH_BYTES = 4_000_000

Places = Mapping[int, int]


class NoSuchTopic(Exception):
    """Kafka does not have the topic."""


class Bounds(NamedTuple):
    """The oldest offset that is kept, and the one the next record will have."""

    first: int
    end: int


class TopicReader:
    """One topic. Offsets are given and answered by partition. Everything raises KafkaError while Kafka is away."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self.topic = topic
        self._bootstrap = bootstrap
        self._places: list[TopicPartition] = []
        self._client = AIOKafkaConsumer(
            bootstrap_servers=bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="none",
            max_partition_fetch_bytes=FETCH_BYTES,
        )

    async def open(self) -> list[int]:
        """Connects; the topic's partitions. Raises NoSuchTopic."""
        partitions = await _partitions(self._bootstrap, self.topic)
        await self._client.start()
        # One turn for the client's own tasks: closed before they began, it raises CancelledError.
        await asyncio.sleep(0)
        self._places = [TopicPartition(self.topic, partition) for partition in partitions]
        return partitions

    async def close(self) -> None:
        try:
            await self._client.stop()
        except (asyncio.CancelledError, KafkaError, RuntimeError):
            # With the broker away the client trips over the end of a fetch of its own, and leaves its connections open.
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            await close_connections(self._client)

    async def bounds(self) -> dict[int, Bounds]:
        first = await self._client.beginning_offsets(self._places)
        ends = await self._client.end_offsets(self._places)
        return {place.partition: Bounds(first[place], ends[place]) for place in self._places}

    async def first_since(self, moment: datetime) -> dict[int, int]:
        """Of each partition the first record stamped at `moment` or later; partitions without one are missing."""
        millis = int(moment.timestamp() * 1000)
        found = await self._client.offsets_for_times(dict.fromkeys(self._places, millis))
        return {place.partition: answer.offset for place, answer in found.items() if answer is not None}

    def go_to(self, positions: Places) -> None:
        """Reads these partitions, on from these offsets."""
        places = [place for place in self._places if place.partition in positions]
        if set(places) != self._client.assignment():
            self._client.assign(places)
        # At once, before anything is fetched: without an offset the client refuses rather than guess one.
        for place in places:
            self._client.seek(place, positions[place.partition])

    async def fetch(self, targets: Places, *, patience: float = 0.5) -> dict[TopicPartition, list[ConsumerRecord]]:
        """Some records with offsets below `targets`; none when nothing comes within `patience` seconds."""
        fetched = await self._client.getmany(timeout_ms=int(patience * 1000), max_records=BATCH)
        if not fetched:
            check_fetching(self._client)
        wanted: dict[TopicPartition, list[ConsumerRecord]] = {}
        for place, records in fetched.items():
            below = [record for record in records if record.offset < targets.get(place.partition, 0)]
            if len(below) < len(records):
                self._client.seek(place, records[len(below)].offset)
                self._client.pause(place)
            if below:
                wanted[place] = below
        return wanted

    def read_from(self, partitions: Collection[int]) -> None:
        """Fetches from these partitions only, also where it had paused: a target has moved."""
        for place in self._client.assignment():
            (self._client.resume if place.partition in partitions else self._client.pause)(place)


async def _partitions(bootstrap: str, topic: str) -> list[int]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        (found,) = await admin.describe_topics([topic])
    finally:
        await admin.close()
    if not found["partitions"]:
        raise NoSuchTopic(f"Kafka has no topic {topic}")
    return sorted(partition["partition"] for partition in found["partitions"])
