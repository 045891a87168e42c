"""PostgreSQL and Kafka for the arms, the same for all of them, and what PostgreSQL was made to do."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from benchmarks.harness.processes import cpu_seconds
from deploy.local.kafka import Kafka
from deploy.local.ports import free_port
from deploy.local.postgres import Postgres
from tests.support.databases import Databases, ServiceDatabase, address

# Durable as in production; logical decoding and statement statistics for every arm alike.
SETTINGS = {
    "wal_level": "logical",
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track_utility": "off",
    "max_wal_size": "4GB",
}
PARTITIONS = 8

# A version of a row that is updated or deleted is dead, whenever vacuum comes.
SPENT = """
select (select coalesce(sum(calls), 0) from pg_stat_statements s join pg_database d on d.oid = s.dbid
        where d.datname = current_database() and query not like '%pg_stat%') as statements,
    (select coalesce(sum(n_tup_upd + n_tup_del), 0) from pg_stat_user_tables) as dead,
    pg_current_wal_insert_lsn() - '0/0'::pg_lsn as wal
"""


@dataclass(frozen=True)
class Spent:
    """What a database was made to do: statements, row versions left dead, bytes of WAL; processor seconds."""

    statements: float
    dead: float
    wal: float
    cpu: float

    def per(self, events: int, before: Spent) -> dict[str, float]:
        return {
            "pg_statements": (self.statements - before.statements) / events,
            "pg_dead": (self.dead - before.dead) / events,
            "pg_wal_bytes": (self.wal - before.wal) / events,
            "pg_cpu_us": (self.cpu - before.cpu) / events * 1e6,
        }


COSTS = {
    "pg_cpu_us": "PostgreSQL CPU, µs/event",
    "pg_wal_bytes": "WAL bytes/event",
    "pg_statements": "statements/event",
    "pg_dead": "dead rows/event",
}
"""What `Spent.per` gives, as columns."""


@dataclass
class Servers:
    """Addresses of the servers that run now, and fresh places on them."""

    postgres: Postgres
    kafka: Kafka
    databases: Databases
    admin: AdminClient

    @property
    def bootstrap(self) -> str:
        return self.kafka.bootstrap

    @asynccontextmanager
    async def service_database(
        self, service: str = "meetings", like: ServiceDatabase | None = None
    ) -> AsyncIterator[ServiceDatabase]:
        """A service's own database with its migrated tables, dropped afterwards; `like`: a copy of that one."""
        databases = Databases(self.postgres.admin_url, {service: like.name}) if like else self.databases
        database = await databases.create(service)
        try:
            await self.checkpoint()
            yield database
        finally:
            await self._drop(database.name)

    @asynccontextmanager
    async def database(self, name: str, schema: Sequence[str]) -> AsyncIterator[str]:
        """A database of a peer, of the superuser, in which the statements of `schema` were run; its address."""
        admin = await asyncpg.connect(self.postgres.admin_url)
        try:
            await admin.execute(f"create database {name}")
        finally:
            await admin.close()
        url = address(self.postgres.admin_url, name)
        connection = await asyncpg.connect(url)
        for statement in schema:
            await connection.execute(statement)
        await connection.close()
        try:
            await self.checkpoint()
            yield url
        finally:
            await self._drop(name)

    async def checkpoint(self) -> None:
        """So that no arm pays for what another one left to write."""
        await self._admin("checkpoint")

    async def spent(self, url: str) -> Spent:
        connection = await asyncpg.connect(address(self.postgres.admin_url, urlsplit(url).path.lstrip("/")))
        try:
            await connection.execute("create extension if not exists pg_stat_statements")
            row = await connection.fetchrow(SPENT)
        finally:
            await connection.close()
        assert self.postgres.child.process is not None
        cpu = cpu_seconds(self.postgres.child.process.pid, with_children=True)
        return Spent(float(row["statements"]), float(row["dead"]), float(row["wal"]), cpu)

    async def topic(self, name: str = "", partitions: int = PARTITIONS) -> str:
        """A new topic; its name is made up unless given."""
        name = name or f"bench.{secrets.token_hex(4)}"
        made = self.admin.create_topics([NewTopic(name, num_partitions=partitions, replication_factor=1)])
        await asyncio.to_thread(made[name].result, 30)
        return name

    async def drop_topic(self, name: str) -> None:
        await asyncio.to_thread(self.admin.delete_topics([name])[name].result, 30)

    async def forget_group(self, group: str) -> None:
        """So that the next consumer of this name begins at the beginning; waits for members that are leaving."""
        for attempt in range(40):
            try:
                await asyncio.to_thread(self.admin.delete_consumer_groups([group])[group].result, 30)
                return
            except KafkaException as refusal:
                if refusal.args[0].code() == KafkaError.GROUP_ID_NOT_FOUND:
                    return
                if attempt == 39:
                    raise
                await asyncio.sleep(0.5)

    async def _drop(self, name: str) -> None:
        slots = "select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = $1"
        admin = await asyncpg.connect(self.postgres.admin_url)
        try:
            for _ in range(50):
                if not await admin.fetchval("select count(*) from pg_replication_slots where active"):
                    break
                await asyncio.sleep(0.2)
            await admin.execute(slots, name)
            await admin.execute(f"drop database if exists {name} with (force)")
        finally:
            await admin.close()

    async def _admin(self, statement: str) -> None:
        admin = await asyncpg.connect(self.postgres.admin_url)
        try:
            await admin.execute(statement)
        finally:
            await admin.close()


@asynccontextmanager
async def running_servers(folder: Path) -> AsyncIterator[Servers]:
    """Starts both on fresh data in `folder`, on free ports, and ends them."""
    postgres = Postgres(folder / "postgres", free_port(), folder / "postgres.log", settings=SETTINGS)
    kafka = Kafka(folder / "kafka", free_port(), folder / "kafka.log")
    try:
        postgres.start()
        kafka.start()
        # Silent: it outlives the broker for a moment and would complain.
        admin = AdminClient({"bootstrap.servers": kafka.bootstrap, "log_level": 0})
        yield Servers(postgres, kafka, Databases(postgres.admin_url), admin)
    finally:
        for server in (kafka, postgres):
            if hasattr(server, "child"):
                server.stop()
