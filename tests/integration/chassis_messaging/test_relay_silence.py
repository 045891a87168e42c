"""PostgreSQL that neither answers nor refuses, as behind a network that swallows everything."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
from prometheus_client import REGISTRY

from services.chassis import relay
from tests.resilience.door import Door
from tests.support.databases import ServiceDatabase
from tests.support.eventually import eventually
from tests.support.messaging import append_rows, running

NewTopic = Callable[..., Awaitable[str]]


@pytest.fixture
async def door(sandbox: ServiceDatabase) -> AsyncIterator[Door]:
    port = urlsplit(sandbox.url).port
    assert port is not None
    made = Door(port)
    await made.start()
    yield made
    await made.stop()


def restarts() -> float:
    return REGISTRY.get_sample_value("cispd_relay_restarts_total", {"reason": "TimeoutError"}) or 0.0


async def test_a_relay_gives_up_a_silent_database_says_so_and_publishes_when_it_speaks_again(
    door: Door,
    sandbox: ServiceDatabase,
    process: Any,
    start: Any,
    admin: asyncpg.Connection,
    kafka: str,
    topic: NewTopic,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relay, "STATEMENT_PATIENCE", 3.0)
    behind = urlsplit(sandbox.url)
    url = behind._replace(netloc=behind.netloc.replace(f":{behind.port}", f":{door.port}")).geturl()
    of, direct, name = running(url, kafka), process(kafka=kafka), await topic(1)
    start(of, relay.run(of))
    async with direct.database.transaction() as tx:
        await append_rows(tx, name, [(uuid4(), 1)])
    await eventually(lambda: _published(admin, 1), within=30)
    before = restarts()
    door.fall_silent()
    async with direct.database.transaction() as tx:
        await append_rows(tx, name, [(uuid4(), 1)])
    await eventually(lambda: restarts() > before, within=30)
    door.speak()
    await eventually(lambda: _published(admin, 2), within=30)


async def _published(admin: asyncpg.Connection, rows: int) -> bool:
    return await admin.fetchval("select coalesce(sum(published), 0) >= $1 from outbox_cursor", rows)
