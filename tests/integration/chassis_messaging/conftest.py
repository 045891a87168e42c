"""A database with the chassis' own tables and the roles of production, for no service in particular."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest

from deploy.local.roles import close_to_others, create_roles, create_schema
from services.chassis.migrations import migrate
from services.chassis.running import Running
from tests.support.databases import PASSWORD, ServiceDatabase, address
from tests.support.messaging import running

ROLE = "sandbox"


@dataclass
class Sandboxes:
    """Makes databases from a template that is migrated once."""

    server_url: str
    template: str | None = None
    made: list[str] = field(default_factory=list)

    async def create(self) -> ServiceDatabase:
        if self.template is None:
            self.template = await self._make_template()
        name = f"sandbox_{secrets.token_hex(4)}"
        await self._admin(f"create database {name} template {self.template}")
        self.made.append(name)
        urls = (address(self.server_url, name, ROLE), address(self.server_url, name, f"{ROLE}_owner"))
        return ServiceDatabase(ROLE, name, *urls, admin_url=address(self.server_url, name))

    async def _make_template(self) -> str:
        name = f"template_{ROLE}_{secrets.token_hex(4)}"
        admin = await asyncpg.connect(self.server_url)
        if not await admin.fetchval("select exists (select from pg_roles where rolname = $1)", ROLE):
            await create_roles(admin, ROLE, PASSWORD)
        await admin.execute(f"create database {name}")
        await admin.close()
        admin = await asyncpg.connect(address(self.server_url, name))
        await close_to_others(admin, name, [ROLE])
        await create_schema(admin, ROLE)
        await admin.close()
        await migrate(address(self.server_url, name, f"{ROLE}_owner"), [])
        return name

    async def drop_all(self) -> None:
        for name in self.made:
            await self._admin(f"drop database if exists {name} with (force)")
        self.made.clear()

    async def _admin(self, statement: str) -> None:
        admin = await asyncpg.connect(self.server_url)
        try:
            await admin.execute(statement)
        finally:
            await admin.close()


@pytest.fixture(scope="session")
def sandboxes(postgres: str) -> Sandboxes:
    return Sandboxes(postgres)


@pytest.fixture
async def sandbox(sandboxes: Sandboxes) -> AsyncIterator[ServiceDatabase]:
    """A database of its own for the test."""
    yield await sandboxes.create()
    await sandboxes.drop_all()


@pytest.fixture
async def admin(sandbox: ServiceDatabase) -> AsyncIterator[asyncpg.Connection]:
    """The superuser, looking from the sandbox's schema."""
    connection = await asyncpg.connect(sandbox.admin_url, server_settings={"search_path": ROLE})
    yield connection
    await connection.close()


@pytest.fixture
async def effects(admin: asyncpg.Connection) -> None:
    """A table for what handlers of the test write."""
    await admin.execute("create table effect (id bigint generated always as identity, key text, version bigint)")
    await admin.execute("grant all on effect to sandbox")


NewRunning = Callable[..., Running]


@pytest.fixture
async def process(sandbox: ServiceDatabase) -> AsyncIterator[NewRunning]:
    """`process(kafka=…, **settings)`: what the loops of a process share, on the sandbox."""
    made: list[Running] = []
    # A group of its own: a member of an earlier test that is still being missed would hold up the assignment.
    group = f"{ROLE}-{secrets.token_hex(4)}"

    def create(name: str = group, *, kafka: str = "127.0.0.1:9", **settings: Any) -> Running:
        made.append(running(sandbox.url, kafka, name, **settings))
        return made[-1]

    yield create
    for each in made:
        each.stopping.set()
        await each.database.close()


Start = Callable[[Running, Awaitable[None]], asyncio.Task[None]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """`start(running, loop)`: runs a loop beside the test; stopped with it, and what it raises fails the test."""
    tasks: list[tuple[Running, asyncio.Task[None]]] = []

    def begin(of: Running, loop: Awaitable[None]) -> asyncio.Task[None]:
        tasks.append((of, asyncio.ensure_future(loop)))
        return tasks[-1][1]

    yield begin
    for of, _ in tasks:
        of.stopping.set()
    done = await asyncio.gather(*(asyncio.wait_for(task, 20) for _, task in tasks), return_exceptions=True)
    for outcome in done:
        if isinstance(outcome, Exception):
            raise outcome
