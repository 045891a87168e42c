"""Plain SQL migrations, forward only: each file runs once, in order, in a transaction, under one lock."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from services.chassis.database_faults import is_connection_fault
from services.chassis.settings import Settings

if TYPE_CHECKING:
    from services.chassis.service import Service

CHASSIS_MIGRATIONS = Path(__file__).parent / "sql"

LEDGER = """
create table if not exists schema_migration (
    source text not null,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default clock_timestamp(),
    primary key (source, name)
)
"""


class MigrationChanged(Exception):
    """A file that was already applied no longer has the bytes it had: write a new file instead."""


class MigrationMissing(Exception):
    """The database knows a migration that the code has not: the code is older than the database."""


class OwnerUnknown(Exception):
    """The address of the role that owns the schema is not set."""


@dataclass(frozen=True)
class Migration:
    source: str
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def read_folder(folder: Path) -> list[Migration]:
    """The migrations of a folder by name; their source is the package the folder belongs to."""
    files = sorted(folder.glob("*.sql"))
    return [Migration(folder.parent.name, file.name, file.read_text(encoding="utf-8")) for file in files]


async def migrate(owner_dsn: str, folders: Sequence[Path], *, patience: float = 60.0) -> list[str]:
    """Applies what is missing, the chassis' own tables first; returns the names applied now.

    Waits up to `patience` seconds for the server and for another migrator. Raises MigrationChanged, MigrationMissing,
    or PostgreSQL's error with everything of the failing file undone.
    """
    wanted = [m for folder in (CHASSIS_MIGRATIONS, *folders) for m in read_folder(folder)]
    connection = await _connect(owner_dsn, patience)
    try:
        await connection.execute(f"set lock_timeout = {int(patience * 1000)}")
        await connection.execute("select pg_advisory_lock(hashtext('migrations'), hashtext(current_schema()))")
        await connection.execute("set lock_timeout = '5s'")
        await connection.execute(LEDGER)
        return [name async for name in _apply_missing(connection, wanted)]
    finally:
        await connection.close()


async def migrate_service(service: Service, settings: Settings) -> list[str]:
    """Brings a service's schema up to date with the role that owns it; returns what was applied now.

    Raises OwnerUnknown without `migration_database_url`.
    """
    if settings.migration_database_url is None:
        raise OwnerUnknown("CISPD_MIGRATION_DATABASE_URL is not set: migrations run as the owner of the schema")
    return await migrate(settings.migration_database_url.get_secret_value(), [service.folder / "migrations"])


async def _apply_missing(connection: asyncpg.Connection, wanted: Iterable[Migration]) -> AsyncIterator[str]:
    applied = {
        (row["source"], row["name"]): row["checksum"]
        for row in await connection.fetch("select source, name, checksum from schema_migration")
    }
    wanted = list(wanted)
    if unknown := set(applied) - {(m.source, m.name) for m in wanted}:
        raise MigrationMissing(", ".join(sorted(f"{source}/{name}" for source, name in unknown)))
    for migration in wanted:
        label = f"{migration.source}/{migration.name}"
        known = applied.get((migration.source, migration.name))
        if known is None:
            await _apply(connection, migration)
            yield label
        elif known != migration.checksum:
            raise MigrationChanged(label)


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    async with connection.transaction():
        await connection.execute(migration.sql)
        await connection.execute(
            "insert into schema_migration (source, name, checksum) values ($1, $2, $3)",
            migration.source,
            migration.name,
            migration.checksum,
        )


async def _connect(dsn: str, patience: float) -> asyncpg.Connection:
    deadline, pause = time.monotonic() + patience, 0.1
    while True:
        try:
            return await asyncpg.connect(dsn, timeout=5)
        except Exception as fault:
            if not is_connection_fault(fault) or time.monotonic() + pause > deadline:
                raise
        await asyncio.sleep(pause)
        pause = min(pause * 2, 2.0)
