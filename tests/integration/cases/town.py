"""Calais and its people, as the tests of the cases service need them. All persons are invented and recognisable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.support.api import Api

CALAIS, MARCK = "62193", "62548"
NAME, STREET, TOLD = "Vandenbroucke-Zyx", "17 impasse du Phare-Zyx", "Musique jusqu'à quatre heures, récit-Zyx"
START = datetime(2017, 1, 3, 8, 30, tzinfo=UTC)
REPRESENTATIVE = {"family_name": "Mère-Zyx", "given_name": "Odile", "capacity": "mother"}


def report(**changes: Any) -> dict[str, Any]:
    """A report of night noise by an adult."""
    return {
        "commune": CALAIS,
        "origin": "municipal-police",
        "motive": "TAPAGE",
        "facts_on": "2017-01-01",
        "place": "rue des Dunes-Zyx",
        "narrative": TOLD,
        "person": {
            "family_name": NAME,
            "given_name": "Rémi-Zyx",
            "birth_date": "1989-05-04",
            "address": {"line": STREET, "postal_code": "62100", "town": "Calais"},
        },
        **changes,
    }


def of_a_minor(**changes: Any) -> dict[str, Any]:
    """A report about somebody of sixteen."""
    person = report()["person"] | {"birth_date": "2000-11-20"}
    return report(person=person, motive="ALCOOL_VP", **changes)


@dataclass
class Town:
    """Acts through the HTTP API. Every act checks that it succeeded unless `status` says otherwise."""

    api: Api

    def client(self, role: str, commune: str = CALAIS) -> httpx.AsyncClient:
        return self.api.caller(role, communes=(commune,))

    async def put(self, role: str, path: str, body: Any, *, commune: str = CALAIS, **headers: str) -> httpx.Response:
        async with self.client(role, commune) as client:
            return await client.put(path, json=body, headers=headers)

    async def get(self, role: str, path: str, *, commune: str = CALAIS) -> httpx.Response:
        async with self.client(role, commune) as client:
            return await client.get(path)

    async def post(self, role: str, path: str, body: Any, *, commune: str = CALAIS) -> httpx.Response:
        async with self.client(role, commune) as client:
            return await client.post(path, json=body)

    def set_day(self, month: int, day: int, hour: int = 9) -> None:
        self.api.set_clock(datetime(2017, month, day, hour, tzinfo=UTC))

    async def sign_protocol(self, **changes: Any) -> httpx.Response:
        body = {
            "commune": CALAIS,
            "prosecutor_office": "Parquet de Boulogne-sur-Mer",
            "signed_on": "2016-12-07",
            "valid_from": "2016-12-07",
            "motives": ["TAPAGE", "ALCOOL_VP", "VOISINAGE", "DEGRAD_LEG"],
            "reply_days": 15,
            **changes,
        }
        return await self.put("coordinator", f"/api/protocols/{uuid4()}", body, commune=body["commune"])

    async def act(self, role: str, case: UUID, step: str, body: Any = None, *, status: int = 200) -> dict[str, Any]:
        """One act on a case; the answer's JSON."""
        answer = await self.put(role, f"/api/recalls/{case}/{step}/{uuid4()}", body or {})
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    async def reported(self, body: dict[str, Any] | None = None) -> UUID:
        case = uuid4()
        answer = await self.put("municipal_police", f"/api/recalls/{case}", body or report())
        assert answer.status_code == 201, answer.text
        return case

    async def consulted(self, body: dict[str, Any] | None = None) -> UUID:
        case = await self.reported(body)
        await self.act("coordinator", case, "consultation", NO_OBSTACLE)
        return case

    async def cleared(self, body: dict[str, Any] | None = None) -> UUID:
        case = await self.consulted(body)
        await self.act("prosecutor", case, "clearance")
        return case

    async def summoned(self, body: dict[str, Any] | None = None) -> UUID:
        case = await self.cleared(body)
        await self.act("coordinator", case, "summons", summons(START + timedelta(days=13)))
        return case

    async def heard(self, body: dict[str, Any] | None = None) -> UUID:
        case = await self.summoned(body)
        self.set_day(1, 16, hour=16)
        await self.act("mayor", case, "hearing", {"held_on": "2017-01-16"})
        return case

    async def written(self) -> tuple[int, int]:
        """How many facts and how many commands are on record: what a refusal must not change."""
        row = (
            await self.api.rows(
                "select (select count(*) from outbox) as facts, (select count(*) from command_ledger) as commands"
            )
        )[0]
        return row["facts"], row["commands"]


NO_OBSTACLE = {"complaint_filed": False, "investigation_under_way": False}


def summons(moment: datetime, place: str = "Hôtel de ville, bureau du maire") -> dict[str, str]:
    return {"hearing_at": moment.isoformat(), "place": place}
