"""The live projection of meetings on a database and a topic of the test, and rebuilds of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest

from services.chassis import consumer
from services.chassis.projections import Projection
from services.chassis.running import Running
from services.reporting.projections import meetings
from tests.conftest import NewDatabase
from tests.support.databases import ServiceDatabase
from tests.support.messaging import running
from tests.support.rebuilding import Anew, on_topic

Live = Callable[[], asyncio.Task[None]]


@pytest.fixture
async def database(service_database: NewDatabase) -> ServiceDatabase:
    return await service_database("reporting")


@pytest.fixture
async def owner(database: ServiceDatabase) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.owner_url)
    yield connection
    await connection.close()


@pytest.fixture
async def projection(topic: Callable[..., Awaitable[str]]) -> Projection:
    return on_topic(meetings, await topic(4))


@pytest.fixture
async def of(database: ServiceDatabase, kafka: str) -> AsyncIterator[Running]:
    made = running(database.url, kafka, "reporting")
    yield made
    await made.database.close()


@pytest.fixture
async def live(database: ServiceDatabase, kafka: str, projection: Projection) -> AsyncIterator[Live]:
    """`live()` starts the live consumer."""
    started: list[tuple[Running, asyncio.Task[None]]] = []

    def begin() -> asyncio.Task[None]:
        process = running(database.url, kafka, "reporting", consumer_batch=100)
        task = asyncio.ensure_future(consumer.run(process, projection.subscriptions))
        started.append((process, task))
        return task

    yield begin
    for process, task in started:
        process.stopping.set()
        await asyncio.wait_for(task, 60)
        await process.database.close()


@pytest.fixture
def anew(of: Running, projection: Projection, database: ServiceDatabase) -> Anew:
    return Anew(of, projection, database.owner_url)
