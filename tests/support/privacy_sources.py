"""Where the privacy scanner looks: topics, files, spans, mails and tables, each as (place, bytes) pairs.

A place names the source so that a finding can be followed; the bytes are what is really there, keys and headers too.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from confluent_kafka.admin import AdminClient
from google.protobuf.message import Message

from tests.support.privacy import Source

Record = ConsumerRecord[bytes | None, bytes | None]
INTERNAL = "__"
TABLES = """
select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')
order by 1, 2
"""


def files_below(folder: Path, pattern: str = "*.log") -> Iterator[tuple[str, bytes]]:
    """Names and contents of the files below `folder` whose names match."""
    for path in sorted(folder.rglob(pattern)):
        if path.is_file():
            yield f"file {path.name}", path.name.encode() + b"\n" + path.read_bytes()


def spans(received: Iterable[Message]) -> Iterator[tuple[str, bytes]]:
    """OTLP messages as received: names, attributes, events, links and status of spans, bodies of log records."""
    for message in received:
        yield f"telemetry {getattr(message, 'name', '')}", message.SerializeToString()


def mails(raw: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Whole messages as the server took them: envelope headers, subject, every part."""
    for number, message in enumerate(raw, start=1):
        yield f"mail {number}", message


async def records(bootstrap: str) -> Source:
    """Every record now on every topic of the broker: key, value, names and contents of headers."""
    partitions = await asyncio.to_thread(_partitions, bootstrap)
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest") as consumer:
        return [part async for record in _all_of(consumer, partitions) for part in _parts(record)]


def _partitions(bootstrap: str) -> list[TopicPartition]:
    topics = AdminClient({"bootstrap.servers": bootstrap}).list_topics(timeout=60).topics
    return [
        TopicPartition(name, number)
        for name, topic in topics.items()
        for number in topic.partitions
        if not name.startswith(INTERNAL)
    ]


async def _all_of(consumer: AIOKafkaConsumer, partitions: list[TopicPartition]) -> AsyncIterator[Record]:
    consumer.assign(partitions)
    ends = await consumer.end_offsets(partitions)
    for partition in partitions:
        while await consumer.position(partition) < ends[partition]:
            for found in (await consumer.getmany(partition, timeout_ms=200)).values():
                for record in found:
                    yield record


def _parts(record: Record) -> Iterator[tuple[str, bytes]]:
    place = f"{record.topic}[{record.partition}]@{record.offset}"
    yield f"{place} key", record.key or b""
    yield f"{place} value", record.value or b""
    for name, value in record.headers:
        yield f"{place} header {name}", name.encode() + b"\n" + (value or b"")


async def tables(address: str) -> Source:
    """Every table of the database, as text, as its superuser reads it: what is encrypted at rest stays so."""
    connection = await asyncpg.connect(address)
    try:
        return [await _table(connection, *row) for row in await connection.fetch(TABLES)]
    finally:
        await connection.close()


async def _table(connection: Any, schema: str, name: str) -> tuple[str, bytes]:
    rows = BytesIO()
    await connection.copy_from_table(name, schema_name=schema, output=rows, format="csv", header=True)
    return f"table {schema}.{name}", rows.getvalue()
