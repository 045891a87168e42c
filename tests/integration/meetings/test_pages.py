"""The council's pages: they answer, they keep what was typed, they do what the API does."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.integration.meetings.conftest import DEPARTMENT, INTERCOMMUNAL, LANDLORD, PROSECUTION, Council

PLENARY = "Assemblée plénière"


def browser(council: Council, role: str, institution: str | None = None, **said: Any) -> httpx.AsyncClient:
    return council.api.browser(role, institution=council.ids[institution] if institution else None, **said)


async def get(client: httpx.AsyncClient, path: str) -> str:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return words(answer)


async def post(client: httpx.AsyncClient, path: str, **fields: Any) -> httpx.Response:
    given = {"csrf": client.csrf, "command_id": str(uuid4()), **fields}  # type: ignore[attr-defined]
    return await client.post(path, data={name.replace("__", "-"): value for name, value in given.items()})


def words(answer: httpx.Response) -> str:
    """The page with plain spaces, so that a sentence can be looked for."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", unescape(answer.text))


LETTER = {
    "starts_at-date": "20/01/2017",
    "starts_at-time": "14 h",
    "place": "Hôtel communautaire, Calais",
    "subject": "Installation du conseil",
    "reason": "president",
    "agenda-0-title": "Évolution de la délinquance en 2016",
    "agenda-0-minutes": "30",
    "agenda-0-kind": "delinquency",
}


async def test_every_page_answers_on_an_empty_council(council: Council) -> None:
    reader = browser(council, "coordinator")
    for path in ("/", "/conseil/reunions", "/conseil/reunions/planifier", "/conseil/calendrier", "/conseil/plans"):
        assert "<h1>" in await get(reader, path)
    for path in ("/conseil/instances", "/conseil/obligations"):
        assert PLENARY in await get(reader, path)
    assert "Composition" in await get(reader, f"/conseil/instances/{council.ids[PLENARY]}")


async def test_the_home_page_tells_the_meetings_owed_once_and_as_the_page_of_obligations_does(council: Council) -> None:
    council.api.set_clock(datetime(2018, 1, 8, 9, tzinfo=UTC))
    home = await browser(council, "coordinator").get("/")
    obligations = await get(browser(council, "coordinator"), "/conseil/obligations")
    assert words(home).count("Dans les temps") == obligations.count("Dans les temps") == 2
    # No other service judges the same duty by a rule of its own.
    assert "/chiffres/a-faire" not in home.text


@pytest.mark.parametrize("role", ["operator", "data_protection_officer"])
async def test_the_home_page_answers_those_who_are_not_in_the_council(council: Council, role: str) -> None:
    assert "À faire" in await get(browser(council, role), "/")
    assert (await browser(council, role).get("/conseil/reunions")).status_code == 403


async def test_a_meeting_is_planned_by_the_form(council: Council) -> None:
    answer = await post(
        browser(council, "coordinator"),
        "/conseil/reunions/planifier",
        body_id=str(council.ids[PLENARY]),
        starts_at__date="vendredi 20 janvier 2017",
        starts_at__time="14h30",
        duration_minutes="90",
        place="Hôtel communautaire, Calais",
        subject="Installation du conseil",
    )
    assert answer.status_code == 303
    page = await get(browser(council, "coordinator"), answer.headers["location"])
    assert "Vendredi 20 janvier 2017 à 14 h 30" in page
    assert "Planifiée" in page
    assert "Cette action revient à la présidence." in page


async def test_the_planning_form_keeps_an_impossible_date_and_says_what_is_wrong(council: Council) -> None:
    answer = await post(
        browser(council, "coordinator"),
        "/conseil/reunions/planifier",
        body_id=str(council.ids[PLENARY]),
        starts_at__date="30/02/2017",
        starts_at__time="14h30",
        place="",
        subject="Installation du conseil",
    )
    page = words(answer)
    assert answer.status_code == 422
    assert "Le 30/02/2017 n’existe pas dans le calendrier." in page
    assert 'value="30/02/2017"' in page
    assert "Indiquez le lieu de la réunion." in page
    assert "<title>Erreur : Planifier une réunion" in page


async def test_the_secretariat_prepares_and_the_presidency_reads_again_then_convenes(council: Council) -> None:
    meeting = await council.meeting(PLENARY)
    path = f"/conseil/reunions/{meeting}/convoquer"
    prepared = await post(browser(council, "coordinator"), path, **LETTER)
    assert prepared.status_code == 303
    assert "Attend la présidence" in await get(browser(council, "coordinator"), "/")

    president = browser(council, "president", INTERCOMMUNAL, title="présidente")
    assert "Convoquer l’assemblée plénière" in await get(president, "/")
    assert 'value="Évolution de la délinquance en 2016"' in await get(president, path)
    letter = await post(president, path, **LETTER)
    assert letter.status_code == 200
    assert "Relire avant d’envoyer" in words(letter)
    assert "Convoquer les 5 membres" in words(letter)
    assert await state(council, meeting) == "planned"

    sent = await post(president, path, **LETTER, checked="true")
    assert sent.status_code == 303
    assert await state(council, meeting) == "convened"
    assert "La présidente a convoqué 5 institutions." in await get(president, f"/conseil/reunions/{meeting}")


async def test_the_convening_form_tells_every_fault_at_once_with_the_first_lawful_date(council: Council) -> None:
    meeting = await council.meeting(PLENARY)
    wrong = LETTER | {"starts_at-date": "13/01/2017", "place": "", "agenda-0-minutes": "une demi-heure"}
    answer = await post(browser(council, "president"), f"/conseil/reunions/{meeting}/convoquer", **wrong)
    page = words(answer)

    assert answer.status_code == 422
    assert "La convocation n’est pas prête : 3 points à corriger" in page
    assert "La date laisse 10 jours aux membres ; il en faut 15 pour une assemblée plénière." in page
    assert "Première date possible : <strong>mercredi 18 janvier 2017 à 14 h</strong>." in page
    assert "Indiquez le lieu de la réunion." in page
    assert "La durée du point 1 doit être un nombre de minutes, par exemple 30." in page
    assert 'value="une demi-heure"' in page


async def test_taking_the_proposed_date_keeps_the_rest(council: Council) -> None:
    meeting = await council.meeting(PLENARY)
    taken = LETTER | {"starts_at-date": "13/01/2017", "take": "starts_at=2017-01-18T14:00:00+01:00"}
    page = words(await post(browser(council, "president"), f"/conseil/reunions/{meeting}/convoquer", **taken))
    assert 'value="18/01/2017"' in page
    assert 'value="Hôtel communautaire, Calais"' in page


async def test_a_meeting_is_moved_and_cancelled_by_their_forms(council: Council) -> None:
    meeting = await council.convened(PLENARY)
    coordinator = browser(council, "coordinator")
    moved = await post(
        coordinator,
        f"/conseil/reunions/{meeting}/reporter",
        starts_at__date="27/01/2017",
        starts_at__time="10 h",
        place="Hôtel communautaire, Calais",
        reason="room-unavailable",
    )
    assert moved.status_code == 303
    assert "Reportée" in await get(coordinator, f"/conseil/reunions/{meeting}")
    cancelled = await post(coordinator, f"/conseil/reunions/{meeting}/annuler", reason="members-unavailable")
    assert cancelled.status_code == 303
    assert await state(council, meeting) == "cancelled"


async def test_the_session_is_led_through_its_pages(council: Council) -> None:
    meeting = await council.convened(PLENARY)
    path = f"/conseil/reunions/{meeting}"
    prosecutor = browser(council, "prosecutor", PROSECUTION, title="substitut du procureur")
    assert "Désigner votre représentant" in await get(prosecutor, "/")
    fields = {"institution_id": str(council.ids[PROSECUTION]), "holder": "Sophie Talleux", "capacity": "substitut"}
    assert (await post(prosecutor, f"{path}/representants", **fields)).status_code == 303

    council.api.set_clock(datetime(2017, 1, 20, 13, 0, tzinfo=UTC))
    coordinator = browser(council, "coordinator")
    opened = await post(coordinator, f"{path}/ouvrir")
    assert opened.headers["location"] == f"{path}/presences"
    sheet = await get(coordinator, f"{path}/presences")
    assert "Obligation annuelle : il manque la préfecture et le parquet." in sheet
    assert "Sophie Talleux, substitut" in sheet

    rows = await attendance(council, meeting)
    half = {name: text for name, text in rows.items() if not name.startswith("attendance-4")}
    assert (await post(coordinator, f"{path}/presences", **half)).status_code == 303
    assert "4 institutions relevées sur 5." in await get(coordinator, f"{path}/presences")
    early = await post(coordinator, f"{path}/fin")
    assert early.status_code == 409
    assert "Il reste 1 institution à relever" in words(early)

    assert (await post(coordinator, f"{path}/presences", **rows)).status_code == 303
    decided = {"decision_id": str(uuid4()), "kind": "orientation", "text": "Retenir quatre axes", "owner": "Présidence"}
    assert (await post(coordinator, f"{path}/decisions", **decided)).status_code == 303
    assert (await post(coordinator, f"{path}/fin")).status_code == 303
    page = await get(coordinator, path)
    assert "Obligation annuelle remplie." in page
    assert "Retenir quatre axes" in page


async def test_a_represented_institution_without_a_name_is_told_at_its_row(council: Council) -> None:
    meeting = await council.convened(PLENARY)
    council.api.set_clock(datetime(2017, 1, 20, 13, 0, tzinfo=UTC))
    await council.put(f"/api/meetings/{meeting}/opening")
    rows = await attendance(council, meeting)
    rows["attendance-3-presence"] = "represented"
    answer = await post(browser(council, "coordinator"), f"/conseil/reunions/{meeting}/presences", **rows)
    page = words(answer)
    assert answer.status_code == 422
    assert 'href="#attendance-3-represented_by"' in page
    assert "Indiquez qui représente Département du Pas-de-Calais : nom et qualité." in page


async def test_a_partner_reads_his_meetings_and_no_other(council: Council) -> None:
    meeting = await council.meeting("Groupe « Tranquillité publique »")
    assert (await browser(council, "partner", DEPARTMENT).get(f"/conseil/reunions/{meeting}")).status_code == 404
    page = await get(browser(council, "partner", LANDLORD), f"/conseil/reunions/{meeting}")
    assert "Aucune action ne vous revient à cette étape." in page


async def test_a_form_without_the_token_of_its_session_writes_nothing(council: Council) -> None:
    meeting = await council.convened(PLENARY)
    answer = await post(
        browser(council, "coordinator"),
        f"/conseil/reunions/{meeting}/annuler",
        reason="room-unavailable",
        csrf="forged",
    )
    assert answer.status_code == 403
    assert await state(council, meeting) == "convened"


async def attendance(council: Council, meeting: UUID) -> dict[str, str]:
    rows = (await council.coordinator.get(f"/api/meetings/{meeting}")).json()["invitations"]
    fields = {}
    for index, row in enumerate(rows):
        fields[f"attendance-{index}-institution_id"] = row["institution_id"]
        fields[f"attendance-{index}-presence"] = "represented" if row["name"] == PROSECUTION else "present"
    return fields | ({"attendance-1-represented_by": "Sophie Talleux, substitut"})


async def state(council: Council, meeting: UUID) -> str:
    found: str = (await council.coordinator.get(f"/api/meetings/{meeting}")).json()["state"]
    return found
