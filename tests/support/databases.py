"""A fresh database for a test, with a service's roles and tables as in production. Copied from a template, so fast.

The name of no service ("sandbox") makes one with the chassis' own tables alone.
"""

import asyncio
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from deploy.local.roles import close_to_others, connection, create_roles, create_schema, owner_of
from services.chassis.migrations import migrate as apply_migrations

SERVICES = Path(__file__).parents[2] / "services"
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
        async with connection(self.server_url) as admin:
            # Files are copied in half the time that the copy takes through the log.
            await admin.execute(f"create database {name} template {template} strategy file_copy")
            await close_to_others(admin, name, [service])
        return self._known(service, name)

    async def drop(self, database: ServiceDatabase) -> None:
        async with connection(self.server_url) as admin:
            await admin.execute(f"drop database if exists {database.name} with (force)")

    async def _template(self, service: str) -> str:
        name = f"template_{service}"
        async with connection(self.server_url) as admin:
            await create_roles(admin, service, PASSWORD)
            await admin.execute(f"create database {name}")
        database = self._known(service, name)
        async with connection(database.admin_url) as admin:
            await close_to_others(admin, name, [service])
            await create_schema(admin, service)
        await migrate(database)
        self.templates[service] = name
        return name

    def _known(self, service: str, name: str) -> ServiceDatabase:
        return ServiceDatabase(
            service=service,
            name=name,
            url=address(self.server_url, name, service),
            owner_url=address(self.server_url, name, owner_of(service)),
            admin_url=address(self.server_url, name),
        )


def address(server_url: str, database: str, role: str | None = None) -> str:
    """The server's address with another database and, when given, another role."""
    parts = urlsplit(server_url)
    place = parts.netloc.rpartition("@")[2]
    who = f"{role}:{PASSWORD}" if role else parts.netloc.rpartition("@")[0]
    return urlunsplit((parts.scheme, f"{who}@{place}", f"/{database}", parts.query, ""))


async def migrate(database: ServiceDatabase) -> None:
    """What `python -m services.<name> migrate` does, with the role that owns the schema."""
    folder = SERVICES / database.service
    await apply_migrations(database.owner_url, [folder / "migrations"] if folder.exists() else [])
