"""A topic read from its beginning, by nobody's group and never beyond what the live consumer has read."""

from __future__ import annotations

from collections.abc import Mapping

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from services.chassis.rebuild.refusals import CannotRebuild, Incomplete

BATCH = 5_000
FETCH_BYTES = 4_000_000

Places = Mapping[int, int]


class Source:
    """One topic. Offsets are given and answered by partition."""

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
        """Connects; the topic's partitions. Raises KafkaError, or CannotRebuild when there is no such topic."""
        partitions = await partitions_of(self._bootstrap, self.topic)
        await self._client.start()
        self._places = [TopicPartition(self.topic, partition) for partition in partitions]
        return partitions

    async def close(self) -> None:
        await self._client.stop()

    async def check_whole(self, live: Places) -> None:
        """Raises Incomplete when the topic has lost its beginning, or ends before what the live consumer has read."""
        first = await self._client.beginning_offsets(self._places)
        ends = await self._client.end_offsets(self._places)
        for place in self._places:
            where = f"partition {place.partition} of {self.topic}"
            if first[place] > 0:
                raise Incomplete(
                    f"{where} begins at offset {first[place]}: records that should be kept for ever are gone. "
                    "Restore the topic, or keep the live projection"
                )
            if live.get(place.partition, 0) > ends[place]:
                raise Incomplete(f"{where} ends at {ends[place]}, before the live position: was it made anew?")

    def go_to(self, positions: Places) -> None:
        """Reads on from these offsets, of every partition."""
        if not self._client.assignment():
            self._client.assign(self._places)
        # At once, before anything is fetched: without an offset the client refuses rather than guess one.
        for place in self._places:
            self._client.seek(place, positions[place.partition])

    async def fetch(self, targets: Places, *, patience: float = 0.5) -> dict[TopicPartition, list[ConsumerRecord]]:
        """Some records with offsets below `targets`; none when nothing comes within `patience` seconds."""
        fetched = await self._client.getmany(timeout_ms=int(patience * 1000), max_records=BATCH)
        wanted: dict[TopicPartition, list[ConsumerRecord]] = {}
        for place, records in fetched.items():
            below = [record for record in records if record.offset < targets.get(place.partition, 0)]
            if len(below) < len(records):
                self._client.seek(place, records[len(below)].offset)
                self._client.pause(place)
            if below:
                wanted[place] = below
        return wanted

    def resume(self) -> None:
        """Fetches again from every partition: a target has moved."""
        self._client.resume(*self._client.paused())


async def partitions_of(bootstrap: str, topic: str) -> list[int]:
    """Raises KafkaError, or CannotRebuild when Kafka has no such topic."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        (found,) = await admin.describe_topics([topic])
    finally:
        await admin.close()
    if not found["partitions"]:
        raise CannotRebuild(f"Kafka has no topic {topic}")
    return sorted(partition["partition"] for partition in found["partitions"])
