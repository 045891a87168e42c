"""A database that says nothing, as behind a broken firewall: refused in bounded time, told, and gone on from."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from services.meetings.service import SERVICE
from tests.conftest import NewDatabase
from tests.integration.chassis_http.conftest import behind
from tests.resilience.door import Door
from tests.support.api import Api, open_api
from tests.support.eventually import eventually

INSTITUTION = {"name": "Tribunal judiciaire", "kind": "prosecution", "feminine": False}


@pytest.fixture
async def api(door: Door, service_database: NewDatabase, tmp_path: Path) -> AsyncIterator[Api]:
    """The council's API, which reaches its database through the door; it waits a second, not ten.

    On a busy machine a second is short: what must succeed is asked again."""
    database = await service_database("meetings")
    api = await open_api(SERVICE, behind(door, database), tmp_path)
    assert api.running.database.silence
    api.running.database.silence = api.running.database.patience = 1.0
    yield api
    door.speak()
    await api.running.database.close()


async def answer(client: httpx.AsyncClient, method: str, path: str, content: object = None) -> httpx.Response:
    """Not by a timeout around it: its cancelling is what would end a request that waits for ever."""
    asked = asyncio.create_task(client.request(method, path, json=content))
    await asyncio.wait({asked}, timeout=60)
    assert asked.done() or not asked.cancel(), f"{method} {path} is not answered"
    return asked.result()


async def done(client: httpx.AsyncClient, path: str) -> bool:
    return (await answer(client, "PUT", path, INSTITUTION)).status_code in (200, 201)


async def test_a_command_met_by_silence_is_refused_and_can_be_repeated(api: Api, door: Door) -> None:
    caller, path = api.caller("coordinator"), f"/api/institutions/{uuid4()}"
    await eventually(lambda: done(caller, f"/api/institutions/{uuid4()}"))
    door.fall_silent()
    for _ in range(2):  # on a connection that was there, and on one that cannot be made
        refused = await answer(caller, "PUT", path, INSTITUTION)
        assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
        assert refused.headers["retry-after"] == "5"
    door.speak()
    await eventually(lambda: done(caller, path), within=60)
    assert len(await api.rows("select 1 from institutions where id = $1::text::uuid", path.rsplit("/", 1)[1])) == 1


async def test_a_reading_met_by_silence_is_refused_and_a_page_says_so_in_french(api: Api, door: Door) -> None:
    caller, browser = api.caller("coordinator"), api.browser("coordinator")
    await eventually(lambda: is_answered(caller, "/api/institutions"))
    door.fall_silent()
    assert (await answer(caller, "GET", "/api/institutions")).status_code == 503
    page = await answer(browser, "GET", "/conseil/reunions?etat=tenue&mots=a")
    assert page.status_code == 503
    assert '<a class="button main" href="/conseil/reunions?etat=tenue&amp;mots=a">Réessayer</a>' in page.text
    assert "Rien n’est perdu" in page.text


async def test_in_the_silence_the_process_is_live_and_not_ready_until_it_ends(api: Api, door: Door) -> None:
    client = api.caller()
    await eventually(lambda: is_answered(client, "/health/ready"))
    door.fall_silent()
    ready, live = await answer(client, "GET", "/health/ready"), await answer(client, "GET", "/health/live")
    assert (ready.status_code, live.status_code) == (503, 200)
    assert ready.json()["needs"]["database"]["detail"] == "PostgreSQL does not answer; waiting for it"
    door.speak()
    await eventually(lambda: is_answered(client, "/health/ready"), within=60)


async def is_answered(client: httpx.AsyncClient, path: str) -> bool:
    return (await answer(client, "GET", path)).status_code == 200
