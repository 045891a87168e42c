"""A plain loop around confluent-kafka (librdkafka): a batch, one transaction, a commit of the offsets."""

from __future__ import annotations

import asyncpg
import uvloop
from confluent_kafka import Consumer

from benchmarks.arms.consumers import BATCH, GROUP, UPSERT_MANY, Meter, arguments, columns, row_of


async def main(url: str, bootstrap: str, topic: str, meter: Meter) -> None:
    connection = await asyncpg.connect(url)
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": GROUP,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([topic])
    while True:
        # Nothing else runs in this loop, so the blocking calls cost nothing.
        records = [each for each in consumer.consume(BATCH, 0.1) if each.error() is None]
        if not records:
            continue
        meter.begin()
        rows = (row_of(each.value() or b"", each.headers() or []) for each in records)
        await connection.execute(UPSERT_MANY, *columns(rows))
        consumer.commit(asynchronous=False)
        if meter.add(len(records)):
            break
    consumer.close()


if __name__ == "__main__":
    uvloop.run(main(*arguments()))
