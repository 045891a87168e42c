"""FastStream as its documentation shows it, with the policy that loses least: one message, one transaction."""

from __future__ import annotations

import logging
from typing import Any

import asyncpg
import uvloop
from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage

from benchmarks.arms.consumers import GROUP, UPSERT_ONE, Meter, arguments, row_of_content


async def main(url: str, bootstrap: str, topic: str, meter: Meter) -> None:
    connection = await asyncpg.connect(url)
    broker = KafkaBroker(bootstrap, logger=None)
    app = FastStream(broker, logger=None)

    @broker.subscriber(topic, group_id=GROUP, auto_offset_reset="earliest", ack_policy=AckPolicy.NACK_ON_ERROR)
    async def handle(content: dict[str, Any], message: KafkaMessage) -> None:
        meter.begin()
        await connection.execute(UPSERT_ONE, *row_of_content(content, int(message.headers["ce_sequence"])))
        if meter.add(1):
            app.exit()

    await app.run(log_level=logging.ERROR)


if __name__ == "__main__":
    uvloop.run(main(*arguments()))
