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
from benchmarks.harness.figures import Figures
from benchmarks.harness.load import Sample
from benchmarks.harness.plan import Arm
from benchmarks.harness.processes import python, started
from benchmarks.harness.servers import Servers
from benchmarks.harness.watching import drained
from services.chassis.database import prepare_connection
from services.chassis.outbox import INSERT, slot_seconds

OURS, DEBEZIUM, FASTSTREAM = "ours", "Debezium", "faststream-outbox"
# For information beside the latencies: the engine asks its queue twice a second unless told otherwise.
AS_SHIPPED = "Debezium with its default poll interval"
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
        elif arm in (DEBEZIUM, AS_SHIPPED):
            async with servers.database(f"d_{topic[-8:]}", debezium.SCHEMA) as url:
                poll_ms = debezium.POLL_MS if arm == DEBEZIUM else debezium.DEFAULT_POLL_MS
                yield Outbox(DEBEZIUM, url, topic, debezium.command(folder, url, servers.bootstrap, poll_ms))
        else:
            async with servers.database(f"f_{topic[-8:]}", faststream_outbox_relay.schema()) as url:
                command = python("benchmarks.arms.faststream_outbox_relay", url, servers.bootstrap, topic)
                yield Outbox(arm, url, topic, command)
    finally:
        await servers.drop_topic(topic)


async def drain(servers: Servers, folder: Path, place: Outbox, count: int) -> Figures:
    """Starts the relay on the `count` events that wait for it and returns when all are on the topic.

    The clock and the relay's processor time begin with the first records seen; PostgreSQL's costs with the relay.
    """
    before = await servers.spent(place.url)
    with started("relay", place.command, folder / "relay.log") as relay:
        at_first: list[float] = []
        gone = await drained(
            servers.bootstrap, place.topic, count, relay.must_run, 300, lambda: at_first.append(relay.cpu_seconds())
        )
        cpu, memory = relay.cpu_seconds() - at_first[0], relay.peak_mb()
    own, costs = cpu / gone.records * 1e6, (await servers.spent(place.url)).per(count, before)
    together = own + costs["pg_cpu_us"]
    us = 1e6 / gone.rate
    return {"rate": gone.rate, "us": us, "cpu_us": own, "all_cpu_us": together, "peak_mb": memory, **costs}


def _faststream_missing() -> str | None:
    if importlib.util.find_spec("faststream_outbox") is None:
        return "faststream-outbox is not installed: run it with `make bench`"
    return None


ARM_AS_SHIPPED = Arm(AS_SHIPPED, debezium.missing)
ARMS = (Arm(OURS), Arm(DEBEZIUM, debezium.missing), Arm(FASTSTREAM, _faststream_missing))
