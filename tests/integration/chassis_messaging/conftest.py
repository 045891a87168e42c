"""A database with the chassis' own tables and the roles of production, for no service in particular; its timers."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from services.chassis.running import Running
from tests.conftest import NewDatabase
from tests.integration.chassis_messaging.timers_at_work import Still
from tests.support.databases import ServiceDatabase
from tests.support.ledger_of_firings import TABLE
from tests.support.messaging import running

ROLE = "sandbox"


@pytest.fixture
async def sandbox(service_database: NewDatabase) -> ServiceDatabase:
    """A database of its own for the test."""
    return await service_database(ROLE)


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
    done = await asyncio.gather(*(asyncio.wait_for(task, 60) for _, task in tasks), return_exceptions=True)
    for outcome in done:
        if isinstance(outcome, Exception):
            raise outcome


@pytest.fixture
async def fired(admin: asyncpg.Connection) -> Callable[[], Any]:
    """`await fired()`: (name, key) of every effect that was committed, in order."""
    await admin.execute(TABLE)

    async def read() -> list[tuple[str, str]]:
        return [(row["name"], row["key"]) for row in await admin.fetch("select name, key from fired order by id")]

    return read


@pytest.fixture
def at_work(process: NewRunning) -> Callable[[], Running]:
    """A process of timers; all of the test share one clock, that stands at NOW until `of.clock.moment` is set."""
    clock = Still()

    def create() -> Running:
        made = process()
        made.clock = clock
        return made

    return create
