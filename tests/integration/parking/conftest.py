"""The sandbox of the messaging tests, and a consumer whose batches a test hands out itself."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.integration.chassis_messaging.conftest import (  # noqa: F401 - fixtures
    admin,
    process,
    sandbox,
    start,
)
from tests.integration.parking.workshop import EFFECT, Workshop
from tests.support.databases import ServiceDatabase


@pytest.fixture
async def workshop(sandbox: ServiceDatabase, admin: asyncpg.Connection) -> AsyncIterator[Workshop]:  # noqa: F811
    await admin.execute(EFFECT)
    made = Workshop.on(sandbox.url)
    yield made
    await made.close()
