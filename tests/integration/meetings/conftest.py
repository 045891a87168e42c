"""A council with its institutions, its plenary and one group, on 3 January 2017."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.meetings.service import SERVICE
from tests.support.api import Api, NewApi

KINDS = {
    "Préfecture du Pas-de-Calais": ("prefecture", True),
    "Parquet de Boulogne-sur-Mer": ("prosecution", False),
    "Communauté d’agglomération Grand Calais": ("intercommunal", True),
    "Département du Pas-de-Calais": ("department", False),
    "Terre d’Opale Habitat": ("housing", False),
}
PREFECTURE, PROSECUTION, INTERCOMMUNAL, DEPARTMENT, LANDLORD = KINDS


@dataclass
class Council:
    """Who may act, and what there is: ids by name."""

    api: Api
    coordinator: httpx.AsyncClient
    president: httpx.AsyncClient
    ids: dict[str, UUID] = field(default_factory=dict)

    def sitting_for(self, institution: str, *roles: str, title: str = "représentant") -> httpx.AsyncClient:
        """Somebody whose token says he sits for that institution."""
        return self.api.caller(*roles, institution=self.ids[institution], title=title)

    async def done(self, response: httpx.Response) -> dict[str, Any]:
        assert response.status_code in (200, 201), response.text
        return response.json()

    async def put(self, path: str, content: dict[str, Any] | None = None, by: Any = None) -> dict[str, Any]:
        """An act that must succeed, under a command id of its own."""
        caller = by or self.coordinator
        return await self.done(await caller.put(f"{path}/{uuid4()}", json=content or {}))

    async def create(self, collection: str, /, **content: Any) -> UUID:
        """A creation that must succeed; its id."""
        new = uuid4()
        await self.done(await self.coordinator.put(f"/api/{collection}/{new}", json=content))
        return new

    async def body(self, name: str, kind: str, members: tuple[str, ...], theme: str | None = None) -> UUID:
        order = {"order_number": "2017-001", "order_date": "2017-01-02", "effective_on": "2017-01-02"}
        body = self.ids[name] = await self.create("bodies", name=name, kind=kind, theme=theme, **order)
        for member in members:
            seat = "member-by-right" if member in (PREFECTURE, PROSECUTION) else "designated"
            authority = "law" if seat == "member-by-right" else "president"
            content = {"institution_id": str(self.ids[member]), "seat": seat, "designated_by": authority}
            if seat == "designated":
                content["agreed_on"] = "2016-12-20"
            await self.put(f"/api/bodies/{body}/members", content)
        return body

    async def meeting(self, body: str, **changes: Any) -> UUID:
        """A planned meeting of that body, on 20 January at 14:00 unless said otherwise."""
        content = {
            "body_id": str(self.ids[body]),
            "subject": "Installation du conseil",
            "starts_at": "2017-01-20T14:00:00+01:00",
            "place": "Hôtel communautaire, Calais",
        }
        return await self.create("meetings", **(content | changes))

    async def convened(self, body: str, **changes: Any) -> UUID:
        meeting = await self.meeting(body, **changes)
        agenda = [{"title": "Évolution de la délinquance en 2016", "minutes": 30, "kind": "delinquency"}]
        await self.put(f"/api/meetings/{meeting}/convening", {"agenda": agenda}, by=self.president)
        return meeting


@pytest.fixture
async def council(service_api: NewApi) -> Council:
    """Five institutions; the plenary with all of them, the restricted committee with four, one group with two."""
    api = await service_api(SERVICE)
    made = Council(
        api=api, coordinator=api.caller("coordinator"), president=api.caller("president", title="présidente")
    )
    for name, (kind, feminine) in KINDS.items():
        made.ids[name] = await made.create("institutions", name=name, kind=kind, feminine=feminine)
    made.president = api.caller("president", title="présidente", institution=made.ids[INTERCOMMUNAL])
    await made.body("Assemblée plénière", "plenary", tuple(KINDS))
    await made.body("Comité restreint", "restricted", tuple(KINDS)[:4])
    await made.body("Groupe « Tranquillité publique »", "group", (PROSECUTION, LANDLORD), theme="TRANQ")
    return made
