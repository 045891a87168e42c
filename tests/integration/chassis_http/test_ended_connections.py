"""Connections that PostgreSQL has ended, of which its last words have arrived and the end not yet."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import pytest

from services.chassis.database import Database
from services.chassis.database_faults import is_transient
from services.meetings.service import SERVICE
from tests.conftest import NewDatabase
from tests.integration.chassis_http.conftest import behind
from tests.resilience.door import Door
from tests.support.api import Api, open_api

INSTITUTION = {"name": "Tribunal judiciaire", "kind": "prosecution", "feminine": False}
END = "select pg_terminate_backend(pid, 60000) from pg_stat_activity where usename = 'meetings' and datname = $1"
EndAll = Callable[[], Awaitable[None]]


@pytest.fixture
async def api(door: Door, service_database: NewDatabase, tmp_path: Path) -> AsyncIterator[Api]:
    """The council's API, which reaches its database through the door."""
    database = await service_database("meetings")
    api = await open_api(SERVICE, behind(door, database), tmp_path)
    yield api
    door.tell_ends()
    await api.running.database.close()


@pytest.fixture
def end_all(api: Api, door: Door) -> EndAll:
    """Ends every session of the service; returns when its last words have passed the door."""

    async def end() -> None:
        door.hold_ends()
        assert await api.rows(END, api.database.name)
        for _ in range(3):  # many turns of the loop, in which the words pass
            await api.rows("select 1")

    return end


async def test_a_command_on_such_a_connection_can_be_repeated_at_once(api: Api, end_all: EndAll) -> None:
    caller, path = api.caller("coordinator"), f"/api/institutions/{uuid4()}"
    assert (await caller.put(f"/api/institutions/{uuid4()}", json=INSTITUTION)).status_code == 201
    await end_all()
    refused = await caller.put(path, json=INSTITUTION)
    assert (refused.status_code, refused.json()["code"]) == (503, "Unavailable")
    assert (await caller.put(path, json=INSTITUTION)).status_code == 201


async def test_a_reading_on_such_a_connection_can_be_repeated_at_once(api: Api, end_all: EndAll) -> None:
    caller = api.caller("coordinator")
    assert (await caller.get("/api/institutions")).status_code == 200
    await end_all()
    assert (await caller.get("/api/institutions")).status_code == 503
    assert (await caller.get("/api/institutions")).status_code == 200


async def test_a_statement_in_the_midst_of_a_transaction_is_a_passing_fault(api: Api, end_all: EndAll) -> None:
    database: Database = api.running.database
    met: list[Exception] = []
    try:
        async with database.transaction() as tx:
            await end_all()
            try:
                await tx.execute("select 1")
            except Exception as fault:
                met.append(fault)
                raise
    except Exception as fault:
        met.append(fault)
    assert [is_transient(fault) for fault in met] == [True, True]
