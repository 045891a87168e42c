"""A door between a service and its database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from tests.resilience.door import Door
from tests.support.databases import ServiceDatabase


@pytest.fixture
async def door(postgres: str) -> AsyncIterator[Door]:
    """Leads to PostgreSQL."""
    door = Door(urlsplit(postgres).port or 5432)
    await door.start()
    yield door
    await door.stop()


def behind(door: Door, database: ServiceDatabase) -> ServiceDatabase:
    """The database, reached through the door."""
    there = urlsplit(database.url)
    through = there._replace(netloc=there.netloc.replace(f":{there.port}", f":{door.port}")).geturl()
    return replace(database, url=through)
