"""A rebuild whose database and broker, of its own here, are restarted in the midst."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest

from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres
from services.chassis import topic_reader
from services.chassis.projections import Projection
from tests.integration.reporting.rebuild.conftest import Live
from tests.integration.reporting.rebuild.steps import caught_up, contents, nothing_is_left, tell
from tests.support.databases import Databases, ServiceDatabase
from tests.support.eventually import eventually
from tests.support.providers import Embedded
from tests.support.rebuilding import Anew


@pytest.fixture
def own() -> Iterator[Embedded]:
    made = Embedded()
    yield made
    made.stop()


@pytest.fixture
def databases(own: Embedded) -> Databases:
    return Databases(own.postgres())


@pytest.fixture
def kafka(own: Embedded) -> str:
    return own.kafka()


async def restart(part: Postgres | Kafka, anew: Anew) -> None:
    """Once the rebuild has come on by some batches, and before it is done."""
    before = len(anew.told)
    await eventually(lambda: len(anew.told) > before + 5, within=90, every=0.005)
    done, total, _ = anew.told[-1]
    assert done < total
    await asyncio.to_thread(part.stop)
    part.launch()
    await eventually(part.ready, within=90)


async def test_a_rebuild_outlives_a_restart_of_the_database_and_one_of_the_broker(
    kafka: str,
    owner: asyncpg.Connection,
    database: ServiceDatabase,
    own: Embedded,
    projection: Projection,
    live: Live,
    anew: Anew,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await tell(kafka, projection, range(2_000))
    live()
    await eventually(lambda: caught_up(owner, 12_000), within=90)
    before = await contents(owner)
    # Small batches: there are many moments in the midst.
    monkeypatch.setattr(topic_reader, "BATCH", 50)
    rebuilding = asyncio.create_task(anew.run())
    # The database first: what is fetched already may be enough to come to an end without the broker.
    for part in sorted(own.started, key=lambda part: isinstance(part, Kafka)):
        await restart(part, anew)
    report = await asyncio.wait_for(rebuilding, 120)
    assert not report.differs
    after = await asyncpg.connect(database.owner_url)
    assert await contents(after) == before
    assert await nothing_is_left(after)
    await after.close()
