"""A fresh database for a test, with a service's roles and tables as in production. Copied from a template, so fast."""

import asyncio
import os
import secrets
import sys
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from deploy.local.roles import close_to_others, create_roles, create_schema, owner_of

PASSWORD = "test"


@dataclass(frozen=True)
class ServiceDatabase:
    """`url` is the runtime role's address, `owner_url` the migrations', `admin_url` the superuser's."""

    service: str
    name: str
    url: str
    owner_url: str
    admin_url: str


@dataclass
class Databases:
    """Makes databases on one server; a template per service is migrated once by the service's own `migrate`."""

    server_url: str
    templates: dict[str, str] = field(default_factory=dict)
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def create(self, service: str) -> ServiceDatabase:
        async with self.busy:
            template = self.templates.get(service) or await self._template(service)
        name = f"t_{service}_{secrets.token_hex(4)}"
        await self._admin(f"create database {name} template {template}")
        return await self._opened(service, name)

    async def drop(self, database: ServiceDatabase) -> None:
        await self._admin(f"drop database if exists {database.name} with (force)")

    async def _template(self, service: str) -> str:
        name = f"template_{service}"
        admin = await asyncpg.connect(self.server_url)
        try:
            await create_roles(admin, service, PASSWORD)
            await admin.execute(f"create database {name}")
        finally:
            await admin.close()
        database = await self._opened(service, name, with_schema=True)
        await migrate(database)
        self.templates[service] = name
        return name

    async def _opened(self, service: str, name: str, *, with_schema: bool = False) -> ServiceDatabase:
        database = ServiceDatabase(
            service=service,
            name=name,
            url=address(self.server_url, name, service),
            owner_url=address(self.server_url, name, owner_of(service)),
            admin_url=address(self.server_url, name),
        )
        admin = await asyncpg.connect(database.admin_url)
        try:
            await close_to_others(admin, name, [service])
            if with_schema:
                await create_schema(admin, service)
        finally:
            await admin.close()
        return database

    async def _admin(self, statement: str) -> None:
        admin = await asyncpg.connect(self.server_url)
        try:
            await admin.execute(statement)
        finally:
            await admin.close()


def address(server_url: str, database: str, role: str | None = None) -> str:
    """The server's address with another database and, when given, another role."""
    parts = urlsplit(server_url)
    place = parts.netloc.rpartition("@")[2]
    who = f"{role}:{PASSWORD}" if role else parts.netloc.rpartition("@")[0]
    return urlunsplit((parts.scheme, f"{who}@{place}", f"/{database}", parts.query, ""))


def environment(database: ServiceDatabase) -> dict[str, str]:
    """Settings a service needs, with addresses where nothing answers for all but the database."""
    return {
        "CISPD_ENVIRONMENT": "local",
        "CISPD_DATABASE_URL": database.url,
        "CISPD_MIGRATION_DATABASE_URL": database.owner_url,
        "CISPD_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9",
        "CISPD_OIDC_ISSUER": "http://127.0.0.1:9",
        "CISPD_OIDC_CLIENT_ID": "cispd",
        "CISPD_OIDC_CLIENT_SECRET": "test-secret",
        "CISPD_PUBLIC_URL": "http://127.0.0.1:9",
        "CISPD_SESSION_KEY": "0" * 64,
        "CISPD_LEDGER_KEY": "1" * 64,
    }


async def migrate(database: ServiceDatabase) -> None:
    """Runs `python -m services.<name> migrate` with the owner role, as a deployment does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", f"services.{database.service}", "migrate"),
        env={**os.environ, **environment(database)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{database.service} could not be migrated:\n{said.decode(errors='replace')}")
