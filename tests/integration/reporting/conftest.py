"""The reporting service on a fresh database, on 8 January 2018, and somebody who tells it facts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.reporting.service import SERVICE
from tests.integration.reporting.facts import Telling
from tests.support.api import Api, NewApi


@pytest.fixture
async def api(service_api: NewApi) -> Api:
    return await service_api(SERVICE, datetime(2018, 1, 8, 8, tzinfo=UTC))


@pytest.fixture
def telling(api: Api) -> Telling:
    return Telling(api)
