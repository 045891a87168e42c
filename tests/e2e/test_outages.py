"""Broker, database or mail server away: services start, say so, keep what they can, and go on by themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from deploy.local.stack import Stack
from tests.support.eventually import eventually


@dataclass
class Office:
    """The coordinator and the president at work, on the services' own addresses: the front door may be away."""

    stack: Stack
    tokens: dict[str, str]

    async def put(self, service: str, path: str, content: dict[str, Any], by: str = "claire.lemoine") -> httpx.Response:
        headers = {"authorization": f"Bearer {self.tokens[by]}"}
        address = self.stack.addresses.service_url(service)
        return await self.stack.http.put(f"{address}{path}", json=content, headers=headers)

    async def done(self, *act: Any, **by: str) -> None:
        """Sends a command, again under the same id while its service says that it may come later."""

        async def answered() -> httpx.Response | None:
            answer = await self.put(*act, **by)
            return answer if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE else None

        answer = await eventually(answered)
        assert answer.status_code in (200, 201), answer.text

    async def group(self) -> tuple[str, str]:
        """A thematic group with one member that has an address: its id and the address."""
        body, member, address = str(uuid4()), str(uuid4()), f"{uuid4().hex}@bailleur.test"
        name = {"name": "Bailleur de test", "kind": "housing"}
        await self.done("meetings", f"/api/institutions/{member}", name | {"feminine": False})
        await self.done("notifications", f"/api/partners/{member}", name | {"email": address})
        order = {"order_number": "2026-1", "order_date": "2026-01-02", "effective_on": "2026-01-02"}
        group = {"name": f"Groupe {body[:4]}", "kind": "group", "theme": "TRANQ", **order}
        await self.done("meetings", f"/api/bodies/{body}", group)
        seat = {"institution_id": member, "seat": "designated", "designated_by": "president", "agreed_on": "2026-01-02"}
        await self.done("meetings", f"/api/bodies/{body}/members/{uuid4()}", seat)
        return body, address

    async def meeting(self, body: str) -> str:
        meeting = str(uuid4())
        starts_at = (datetime.now(UTC) + timedelta(days=40)).isoformat()
        planned = {"body_id": body, "subject": "Point d’étape", "starts_at": starts_at, "place": "Calais"}
        await self.done("meetings", f"/api/meetings/{meeting}", planned)
        return meeting

    async def convene(self, meeting: str) -> None:
        letter = {"agenda": [{"title": "Point d’étape", "minutes": 30}]}
        await self.done("meetings", f"/api/meetings/{meeting}/convening/{uuid4()}", letter, by="helene.vasseur")

    async def projected(self, meeting: str) -> bool:
        connection = await asyncpg.connect(self.stack.admin_url)
        try:
            return bool(
                await connection.fetchval("select count(*) from reporting.meeting where meeting_id = $1", meeting)
            )
        finally:
            await connection.close()

    async def health(self, service: str, kind: str) -> tuple[int, dict[str, Any]]:
        try:
            answer = await self.stack.http.get(f"{self.stack.addresses.service_url(service)}/health/{kind}")
        except httpx.TransportError:
            return 0, {}
        return answer.status_code, answer.json()


@pytest.fixture
async def office(stack: Stack) -> AsyncIterator[Office]:
    """At work today; other tests of the session live in another year, and find their clock as they left it."""
    people = ("claire.lemoine", "helene.vasseur")
    before = stack.clock.now()
    stack.clock.move_to(datetime.now(UTC))
    yield Office(stack, {person: await stack.token(person) for person in people})
    stack.clock.move_to(before)


async def test_a_service_started_without_kafka_keeps_what_it_is_told_until_kafka_is_there(office: Office) -> None:
    body, _ = await office.group()
    supervisor = office.stack.supervisor
    await supervisor.halt("kafka")
    try:
        supervisor.kill("meetings")
        await supervisor.ready("meetings")

        async def says_that_kafka_is_away() -> bool:
            status, said = await office.health("meetings", "ready")
            return status == 200 and not said["needs"].get("kafka", {"ok": True})["ok"]

        await eventually(says_that_kafka_is_away, within=40)
        meeting = await office.meeting(body)
        assert not await office.projected(meeting)
    finally:
        await supervisor.resume("kafka")
    await eventually(lambda: office.projected(meeting), within=60)


async def test_without_its_database_a_service_lives_refuses_clearly_and_resumes(office: Office) -> None:
    body, _ = await office.group()
    supervisor = office.stack.supervisor
    await supervisor.halt("postgres")
    try:

        async def is_not_ready_and_says_why() -> bool:
            status, said = await office.health("meetings", "ready")
            return status == 503 and not said["needs"]["database"]["ok"]

        await eventually(is_not_ready_and_says_why, within=40)
        assert (await office.health("meetings", "live"))[0] == 200
        refused = await office.put(
            "meetings", f"/api/institutions/{uuid4()}", {"name": "Bailleur", "kind": "housing", "feminine": False}
        )
        assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
    finally:
        await supervisor.resume("postgres")
    await supervisor.ready("meetings")
    meeting = await office.meeting(body)
    await eventually(lambda: office.projected(meeting), within=60)


async def test_letters_wait_for_the_mail_server_and_then_leave_once(office: Office) -> None:
    body, address = await office.group()
    supervisor = office.stack.supervisor
    await supervisor.halt("front")
    try:
        meeting = await office.meeting(body)
        await office.convene(meeting)
        await eventually(lambda: office.projected(meeting), within=40)
    finally:
        await supervisor.resume("front")

    async def received() -> list[dict[str, Any]]:
        return await office.stack.mails(to=address)

    await eventually(received, within=90)
    assert len(await received()) == 1
