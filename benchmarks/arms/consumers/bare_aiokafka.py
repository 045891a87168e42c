"""A plain loop around aiokafka: a batch, one transaction, a commit of the offsets. At least once, no more."""

from __future__ import annotations

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer

from benchmarks.arms.consumers import BATCH, GROUP, UPSERT_MANY, Meter, arguments, columns, row_of


async def main(url: str, bootstrap: str, topic: str, meter: Meter) -> None:
    connection = await asyncpg.connect(url)
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=GROUP,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    while True:
        records = [
            each for found in (await consumer.getmany(timeout_ms=100, max_records=BATCH)).values() for each in found
        ]
        if not records:
            continue
        meter.begin()
        await connection.execute(UPSERT_MANY, *columns(row_of(each.value, each.headers) for each in records))
        await consumer.commit()
        if meter.add(len(records)):
            break
    await consumer.stop()


if __name__ == "__main__":
    uvloop.run(main(*arguments()))
