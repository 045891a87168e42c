"""Puts a fact on its topic as a foreign system would.

`python -m deploy.kafka.foreign <bootstrap servers> <event> [field=value …]`

Starts from the published example of the event; `version=2` is the key's version, any other `field=value` replaces a
field of the fact. For trying out what happens with records that were not published by us.
"""

import json
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from confluent_kafka import Producer

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"


def send(bootstrap: str, event: str, changes: dict[str, str]) -> str:
    """Sends the fact and returns where it is: topic, partition, offset. Raises KafkaException when it is refused."""
    topic, example = _example(event)
    version = changes.pop("version", "1")
    key = next((new for name, new in changes.items() if example["value"].get(name) == example["key"]), example["key"])
    headers = {**example["headers"], "ce_id": str(uuid4()), "ce_sequence": version.zfill(10)}
    headers |= {"ce_partitionkey": key, "ce_subject": key}
    return _produce(bootstrap, topic, key, json.dumps({**example["value"], **changes}).encode(), headers)


def _example(event: str) -> tuple[str, dict[str, Any]]:
    for file in sorted(EXAMPLES.glob(f"*/{event}.v1*.json")):
        return file.parent.name, json.loads(file.read_text(encoding="utf-8"))
    raise SystemExit(f"no published example of {event} in {EXAMPLES}")


def _produce(bootstrap: str, topic: str, key: str, value: bytes, headers: dict[str, str]) -> str:
    placed: list[str] = []

    def acknowledged(error: Any, message: Any) -> None:
        if error is None:
            placed.append(f"{message.topic()} partition {message.partition()} offset {message.offset()}")

    producer = Producer({"bootstrap.servers": bootstrap, "partitioner": "murmur2_random"})
    producer.produce(topic, value, key, headers=list(headers.items()), on_delivery=acknowledged)
    producer.flush(20)
    if not placed:
        raise SystemExit(f"{topic}: not acknowledged within 20 s")
    return placed[0]


if __name__ == "__main__":
    bootstrap, event, *pairs = sys.argv[1:]
    print(send(bootstrap, event, dict(pair.split("=", 1) for pair in pairs)))
