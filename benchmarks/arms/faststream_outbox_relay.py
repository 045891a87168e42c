"""faststream-outbox relaying to Kafka, in a process of its own: database address, Kafka, topic.

Many rows in flight at once is what it offers for speed: each record is awaited alone, so workers hide the wait. Bodies
are passed on as bytes, which spares it a decoding and an encoding.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import uvloop

WORKERS = 64
CLAIMED_AT_ONCE = 1000
DELETED_AT_ONCE = 100
QUEUE = "events"


def schema() -> list[str]:
    """Its table with its indexes, and the autovacuum settings it recommends."""
    from faststream_outbox import make_outbox_table
    from faststream_outbox.autovacuum import outbox_autovacuum_ddl
    from sqlalchemy import MetaData
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.schema import CreateIndex, CreateTable

    table = make_outbox_table(MetaData())
    made: list[Any] = [CreateTable(table), *(CreateIndex(index) for index in table.indexes)]
    statements = [str(each.compile(dialect=postgresql.dialect())) for each in made]
    return [*statements, outbox_autovacuum_ddl("outbox", vacuum_cost_delay=0)]


async def main(url: str, bootstrap: str, topic: str) -> None:
    from faststream import FastStream
    from faststream.kafka import KafkaBroker, KafkaResponse
    from faststream_outbox import OutboxBroker, make_outbox_table
    from faststream_outbox.message import OutboxMessage
    from sqlalchemy import MetaData
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://"), pool_size=WORKERS + 2, max_overflow=0
    )
    outbox = OutboxBroker(engine, outbox_table=make_outbox_table(MetaData()), apply_types=False, logger=None)
    kafka = KafkaBroker(bootstrap, acks="all", enable_idempotence=True, max_batch_size=512 * 1024, logger=None)

    async def relay(message: OutboxMessage) -> KafkaResponse:
        return KafkaResponse(message.body, headers=message.headers, key=message.headers["ce_partitionkey"].encode())

    async def whole(message: OutboxMessage) -> OutboxMessage:
        return message

    subscriber = outbox.subscriber(
        QUEUE,
        max_workers=WORKERS,
        fetch_batch_size=CLAIMED_AT_ONCE,
        terminal_flush_batch_size=DELETED_AT_ONCE,
        min_fetch_interval=0.005,
        max_fetch_interval=0.05,
        decoder=whole,
    )
    kafka.publisher(topic)(subscriber(relay))
    await FastStream(outbox, on_startup=[kafka.start], logger=None).run(log_level=logging.ERROR)


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:4]))
