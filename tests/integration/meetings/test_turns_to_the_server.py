"""How often a command and a page turn to PostgreSQL: numbers that must not grow unnoticed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.chassis import database
from tests.integration.meetings.conftest import KINDS, Council

PAGES = ["/", "/conseil/reunions", "/conseil/calendrier", "/conseil/instances", "/conseil/obligations"]
READINGS = ["/api/meetings", "/api/bodies", "/api/institutions"]
GROUP = "Groupe « Tranquillité publique »"


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements of connections opened from now on, oldest first.

    Without the bell of the relay, which rings beside them, and asyncpg's questions about types, once a connection.
    """
    found: list[str] = []

    def keep(query: Any) -> None:
        if not any(word in query.query for word in ("notify", "typeinfo", "set_config")):
            found.append(" ".join(query.query.split())[:40])

    monkeypatch.setattr(database, "record_query", keep)
    return found


@pytest.fixture
async def council(turns: list[str], council: Council) -> Council:
    """The same council on connections that tell their statements."""
    await council.api.running.database.close()
    return council


async def counted(turns: list[str], response: Any) -> list[str]:
    turns.clear()
    answer: httpx.Response = await response
    assert answer.status_code in (200, 201), answer.text
    return list(turns)


async def test_planning_a_meeting_turns_six_times(council: Council, turns: list[str]) -> None:
    content = {
        "body_id": str(council.ids[GROUP]),
        "subject": "Bilan du trimestre",
        "starts_at": "2017-03-20T14:00:00+01:00",
        "place": "Hôtel communautaire, Calais",
    }
    asked = council.coordinator.put(f"/api/meetings/{uuid4()}", json=content)
    assert [statement.split()[0].upper().rstrip(";") for statement in await counted(turns, asked)] == [
        "BEGIN",
        "INSERT",  # the ledger's line
        "SELECT",  # the body, kept from changing
        "WITH",  # the meeting
        "WITH",  # its history, the receipt and the facts
        "COMMIT",
    ]


async def test_a_command_repeated_turns_four_times(council: Council, turns: list[str]) -> None:
    address = f"/api/institutions/{uuid4()}"
    content = {"name": "Tribunal judiciaire", "kind": "prosecution", "feminine": False}
    await council.done(await council.coordinator.put(address, json=content))
    again = await counted(turns, council.coordinator.put(address, json=content))
    assert len(again) == 4, again


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_turns_no_more_often_for_more_rows(council: Council, turns: list[str], path: str) -> None:
    browser = council.api.browser("coordinator", title="coordonnatrice")
    await _fill(council, 1)
    few = await counted(turns, browser.get(path))
    await _fill(council, 4)
    assert await counted(turns, browser.get(path)) == few


@pytest.mark.parametrize("path", READINGS)
async def test_a_reading_turns_no_more_often_for_more_rows(council: Council, turns: list[str], path: str) -> None:
    await _fill(council, 1)
    few = await counted(turns, council.coordinator.get(path))
    await _fill(council, 4)
    assert await counted(turns, council.coordinator.get(path)) == few


async def _fill(council: Council, many: int) -> None:
    """Some more of everything that lists show: meetings planned and convened, bodies, institutions."""
    for number in range(many):
        name = f"Groupe {uuid4().hex[:6]}"
        await council.body(name, "group", tuple(KINDS)[1:3], theme="TRANQ")
        await council.meeting(name, starts_at=f"2017-02-{10 + number:02}T14:00:00+01:00")
        await council.convened(name, starts_at=f"2017-03-{10 + number:02}T14:00:00+01:00")
        await council.create("institutions", name=f"Commune {uuid4().hex[:6]}", kind="commune", feminine=True)
