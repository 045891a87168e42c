"""The cases service on a real database, with the people of Calais and a recall at any step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.cases.service import SERVICE
from tests.integration.cases.town import Town

NewTown = Callable[[], Awaitable[Town]]


@pytest.fixture
async def town(service_api: Callable[..., Awaitable[Any]]) -> Town:
    """Calais on 3 January 2017, with its protocol in force."""
    town = Town(await service_api(SERVICE))
    await town.sign_protocol()
    return town
