"""The three relays: where their rows go, how rows are put there, how each is started."""

from __future__ import annotations

import importlib.util
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import asyncpg

from benchmarks.arms import debezium, faststream_outbox_relay
from benchmarks.harness.load import Sample
from benchmarks.harness.plan import Arm
from benchmarks.harness.processes import python
from benchmarks.harness.servers import Servers
from services.chassis.database import prepare_connection
from services.chassis.outbox import INSERT, slot_seconds

OURS, DEBEZIUM, FASTSTREAM = "ours", "Debezium", "faststream-outbox"
ROWS_PER_TRANSACTION = 500
KEEP_DAYS = 7.0

APPEND_DEBEZIUM = "insert into outbox (topic, key, value, headers) values ($1, $2, $3, $4)"
# What its `publish` sends: one statement that inserts and notifies in the writer's transaction.
APPEND_FASTSTREAM = """
insert into outbox (queue, payload, headers) values ($1, $2, $3) returning id, pg_notify('outbox_outbox', queue)
"""


@dataclass(frozen=True)
class Outbox:
    """One relay's database, with what is needed to write to it and to start the relay."""

    arm: str
    url: str
    topic: str
    command: list[str]

    async def connect(self) -> asyncpg.Connection:
        connection = await asyncpg.connect(self.url)
        await prepare_connection(connection)
        return connection

    async def append(self, connection: asyncpg.Connection, sample: Sample) -> None:
        """One event in a transaction of its own, as the relay's users write it."""
        headers = sample.text_headers
        if self.arm == OURS:
            columns = ([datetime.now(UTC)], [self.topic], [sample.key], [sample.hash], [sample.value], [headers])
            await connection.execute(INSERT, slot_seconds(KEEP_DAYS), *columns)
        elif self.arm == DEBEZIUM:
            await connection.execute(APPEND_DEBEZIUM, self.topic, sample.key, sample.value, headers)
        else:
            await connection.execute(APPEND_FASTSTREAM, faststream_outbox_relay.QUEUE, sample.value, headers)

    async def fill(self, events: Iterable[Sample], *, analyze: bool = True) -> None:
        """A backlog, in transactions of ROWS_PER_TRANSACTION rows; then the statistics a living table has."""
        connection = await self.connect()
        rows = iter(events)
        try:
            while chunk := list(islice(rows, ROWS_PER_TRANSACTION)):
                await self._copy(connection, chunk)
            if analyze:
                await connection.execute("analyze outbox")
        finally:
            await connection.close()

    async def _copy(self, connection: asyncpg.Connection, chunk: list[Sample]) -> None:
        if self.arm == OURS:
            now = [datetime.now(UTC)] * len(chunk)
            columns = zip(*((self.topic, s.key, s.hash, s.value, s.text_headers) for s in chunk), strict=True)
            await connection.execute(INSERT, slot_seconds(KEEP_DAYS), now, *map(list, columns))
        elif self.arm == DEBEZIUM:
            rows = [(self.topic, s.key, s.value, s.text_headers) for s in chunk]
            await connection.copy_records_to_table("outbox", records=rows, columns=["topic", "key", "value", "headers"])
        else:
            queued = [(faststream_outbox_relay.QUEUE, s.value, s.text_headers) for s in chunk]
            await connection.copy_records_to_table("outbox", records=queued, columns=["queue", "payload", "headers"])


@asynccontextmanager
async def outbox(servers: Servers, folder: Path, arm: str, *, shards: int = 1) -> AsyncIterator[Outbox]:
    """A fresh database and topic for `arm`; both are gone afterwards."""
    topic = await servers.topic()
    try:
        if arm == OURS:
            async with servers.service_database() as database:
                command = python("benchmarks.arms.our_relay", database.url, servers.bootstrap, shards)
                yield Outbox(arm, database.url, topic, command)
        elif arm == DEBEZIUM:
            async with servers.database(f"d_{topic[-8:]}", debezium.SCHEMA) as url:
                yield Outbox(arm, url, topic, debezium.command(folder, url, servers.bootstrap))
        else:
            async with servers.database(f"f_{topic[-8:]}", faststream_outbox_relay.schema()) as url:
                command = python("benchmarks.arms.faststream_outbox_relay", url, servers.bootstrap, topic)
                yield Outbox(arm, url, topic, command)
    finally:
        await servers.drop_topic(topic)


def _faststream_missing() -> str | None:
    if importlib.util.find_spec("faststream_outbox") is None:
        return "faststream-outbox is not installed: run it with `make bench`"
    return None


ARMS = (Arm(OURS), Arm(DEBEZIUM, debezium.missing), Arm(FASTSTREAM, _faststream_missing))
