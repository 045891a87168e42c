"""Topics full of events, for consumers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from confluent_kafka import Producer

from benchmarks.harness.load import Sample
from benchmarks.harness.servers import PARTITIONS


async def fill(bootstrap: str, topic: str, events: Iterable[Sample]) -> None:
    """Publishes events where our relay would: the partition is the key's hash."""
    await asyncio.to_thread(_fill, bootstrap, topic, events)


def _fill(bootstrap: str, topic: str, events: Iterable[Sample]) -> None:
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "enable.idempotence": True,
            "acks": "all",
            "linger.ms": 20,
            "batch.size": 512 * 1024,
            "queue.buffering.max.messages": 50_000,
        }
    )
    refused: list[str] = []
    for each in events:
        while True:
            try:
                producer.produce(
                    topic,
                    each.value,
                    each.key.encode(),
                    each.hash % PARTITIONS,
                    headers=list(each.headers),
                    on_delivery=lambda error, _: refused.append(str(error)) if error else None,
                )
                break
            except BufferError:
                producer.poll(0.1)
        producer.poll(0)
    producer.flush(120)
    if refused:
        raise RuntimeError(f"Kafka refused {len(refused)} events: {refused[0]}")
