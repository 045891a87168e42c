"""What arrived on a topic, seen from outside: the same eyes for every arm."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from confluent_kafka import Consumer, TopicPartition

from benchmarks.harness.servers import PARTITIONS

LOOK_EVERY = 0.02


@dataclass(frozen=True)
class Drained:
    """How many records came after the first were seen, in how many seconds."""

    records: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.records / self.seconds


class Ends:
    """How many records a topic holds, by its partitions' ends."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._client = Consumer({"bootstrap.servers": bootstrap, "group.id": str(uuid4()), "log_level": 0})
        self._partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]

    def count(self) -> int:
        return sum(self._client.get_watermark_offsets(each, timeout=10)[1] for each in self._partitions)

    def close(self) -> None:
        self._client.close()


async def drained(
    bootstrap: str,
    topic: str,
    count: int,
    still: Callable[[], None],
    within: float,
    at_first: Callable[[], None] | None = None,
) -> Drained:
    """Waits until the topic holds `count` records. The time before the first were seen (start-up) does not count.

    `still` is called at each look and raises when waiting is pointless. Raises TimeoutError after `within` seconds.
    """
    ends = Ends(bootstrap, topic)
    try:
        first, began = 0, 0.0
        deadline = time.monotonic() + within
        while True:
            seen = await asyncio.to_thread(ends.count)
            now = time.perf_counter()
            if seen and not first:
                first, began = seen, now
                if at_first is not None:
                    at_first()
            if seen >= count:
                return Drained(max(count - first, 1), max(now - began, 1e-6))
            still()
            if time.monotonic() > deadline:
                raise TimeoutError(f"{seen} of {count} records after {within:.0f} s")
            await asyncio.sleep(LOOK_EVERY)
    finally:
        ends.close()


class Receiver:
    """A consumer in a thread of its own that notes when each event first came; seconds since the epoch.

    `by` is the header that names an event.
    """

    def __init__(self, bootstrap: str, topic: str, by: str = "ce_id") -> None:
        self._by = by
        self.seen: dict[str, float] = {}
        self._stop = threading.Event()
        self._client = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": str(uuid4()),
                "log_level": 0,
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 5,
                "auto.offset.reset": "earliest",
            }
        )
        self._client.assign([TopicPartition(topic, number, 0) for number in range(PARTITIONS)])
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while not self._stop.is_set():
            # One by one: asked for many, the client waits until they are together, and that would count as latency.
            record = self._client.poll(0.05)
            now = time.time()
            for name, content in (record and record.headers()) or ():
                if name == self._by:
                    self.seen.setdefault(content.decode(), now)

    def close(self) -> None:
        self._stop.set()
        self._thread.join(10)
        self._client.close()
