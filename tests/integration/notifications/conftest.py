"""An office whose directory knows five institutions, four with an address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from services.notifications.service import SERVICE
from tests.integration.notifications.mailroom import Mailroom
from tests.integration.notifications.office import BAILLEUR, KINDS, Office, address, registered
from tests.support.api import NewApi


@pytest.fixture
async def mailroom() -> AsyncIterator[Mailroom]:
    room = Mailroom()
    await room.open()
    yield room
    await room.close()


@pytest.fixture
async def office(service_api: NewApi, mailroom: Mailroom) -> AsyncIterator[Office]:
    api = await service_api(SERVICE)
    made = Office(api=api, mailroom=mailroom, coordinator=api.caller("coordinator"))
    for name in KINDS:
        made.ids[name] = uuid4()
        await made.fact(registered(made.ids[name], name))
        if name != BAILLEUR:
            assert (await made.register(name, email=address(name))).status_code == 201
    yield made
    await made.carrier.rest()
