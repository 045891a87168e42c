"""What bad input gets: a named refusal with a French sentence, and nothing written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.integration.meetings.conftest import KINDS, LANDLORD, Council

PLENARY = "Assemblée plénière"
AGENDA = [{"title": "Évolution de la délinquance en 2016", "minutes": 30, "kind": "delinquency"}]


@pytest.fixture
async def unchanged(council: Council) -> AsyncIterator[None]:
    """Fails when the test wrote anything: an event, a row of the ledger, an act in a history."""

    async def written() -> list[dict[str, Any]]:
        return await council.api.rows(
            "select (select count(*) from outbox) as events, (select count(*) from command_ledger) as commands, "
            "(select count(*) from history) as acts, (select count(*) from meetings) as meetings"
        )

    before = await written()
    yield
    assert await written() == before


def planned(council: Council, **changes: Any) -> dict[str, Any]:
    content = {
        "body_id": str(council.ids[PLENARY]),
        "subject": "Installation du conseil",
        "starts_at": "2017-01-20T14:00:00+01:00",
        "place": "Hôtel communautaire, Calais",
    }
    return content | changes


def refused(response: httpx.Response, status: int, code: str, field: str | None = None) -> dict[str, Any]:
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert (response.status_code, problem["code"]) == (status, code), problem
    assert problem["detail"].endswith(".")
    if field:
        assert problem.get("field") == field or field in {fault["field"] for fault in problem.get("errors", [])}
    return problem


@pytest.mark.usefixtures("unchanged")
class TestNothingIsWrittenFor:
    async def test_malformed_json(self, council: Council) -> None:
        answer = await council.coordinator.put(
            f"/api/meetings/{uuid4()}", content=b'{"subject": ', headers={"content-type": "application/json"}
        )
        refused(answer, 400, "MalformedJson")

    async def test_an_unknown_field(self, council: Council) -> None:
        answer = await council.coordinator.put(f"/api/meetings/{uuid4()}", json=planned(council, colour="bleu"))
        refused(answer, 422, "InvalidInput", field="colour")

    async def test_an_impossible_date(self, council: Council) -> None:
        wrong = planned(council, starts_at="2017-02-30T14:00:00+01:00")
        refused(await council.coordinator.put(f"/api/meetings/{uuid4()}", json=wrong), 422, "InvalidInput", "starts_at")

    async def test_a_moment_without_its_offset(self, council: Council) -> None:
        wrong = planned(council, starts_at="2017-01-20T14:00:00")
        refused(await council.coordinator.put(f"/api/meetings/{uuid4()}", json=wrong), 422, "InvalidInput", "starts_at")

    async def test_a_body_that_does_not_exist(self, council: Council) -> None:
        wrong = planned(council, body_id=str(uuid4()))
        refused(await council.coordinator.put(f"/api/meetings/{uuid4()}", json=wrong), 422, "BodyUnknown", "body_id")

    async def test_a_meeting_in_the_past(self, council: Council) -> None:
        wrong = planned(council, starts_at="2017-01-02T14:00:00+01:00")
        answer = await council.coordinator.put(f"/api/meetings/{uuid4()}", json=wrong)
        refused(answer, 422, "MeetingInThePast", "starts_at")

    async def test_no_token(self, council: Council) -> None:
        answer = await council.api.caller().put(f"/api/meetings/{uuid4()}", json=planned(council))
        refused(answer, 401, "NotSignedIn")
        assert answer.headers["www-authenticate"] == "Bearer"

    async def test_an_expired_token(self, council: Council) -> None:
        late = council.api.caller("coordinator", lasts=-120)
        refused(await late.put(f"/api/meetings/{uuid4()}", json=planned(council)), 401, "SessionOver")

    @pytest.mark.parametrize("role", ["partner", "prosecutor", "president", "operator", "data_protection_officer"])
    async def test_planning_by_another_role_than_the_secretariat(self, council: Council, role: str) -> None:
        answer = await council.api.caller(role).put(f"/api/meetings/{uuid4()}", json=planned(council))
        refused(answer, 403, "NotAllowed")

    async def test_a_meeting_id_that_is_no_uuid(self, council: Council) -> None:
        refused(await council.coordinator.put("/api/meetings/42", json=planned(council)), 422, "InvalidInput")

    async def test_an_act_on_a_meeting_that_does_not_exist(self, council: Council) -> None:
        answer = await council.president.put(f"/api/meetings/{uuid4()}/convening/{uuid4()}", json={"agenda": AGENDA})
        refused(answer, 404, "NotFound")


async def test_too_short_a_notice_proposes_the_first_lawful_date(council: Council) -> None:
    meeting = await council.meeting(PLENARY, starts_at="2017-01-13T14:00:00+01:00")
    problem = refused(await convening(council, meeting), 422, "NoticeTooShort", "starts_at")

    assert (
        problem["detail"]
        == "La date laisse 10\u00a0jours aux membres\u202f; il en faut 15 pour une assemblée plénière."
    )
    assert datetime.fromisoformat(problem["proposal"]) == datetime(2017, 1, 18, 13, 0, tzinfo=UTC)
    assert await versions(council, meeting) == 1


async def test_convening_belongs_to_the_presidency(council: Council) -> None:
    meeting = await council.meeting(PLENARY)
    answer = await council.coordinator.put(f"/api/meetings/{meeting}/convening/{uuid4()}", json={"agenda": AGENDA})
    refused(answer, 403, "NotAllowed")


async def test_a_plenary_is_not_convened_without_the_point_that_the_law_asks_for(council: Council) -> None:
    meeting = await council.meeting(PLENARY)
    agenda = [{"title": "Calendrier des groupes", "minutes": 15}]
    answer = await council.president.put(f"/api/meetings/{meeting}/convening/{uuid4()}", json={"agenda": agenda})
    refused(answer, 422, "MandatoryAgendaItemMissing", "agenda")


async def test_a_command_repeated_succeeds_without_a_second_event(council: Council) -> None:
    meeting = uuid4()
    first = await council.coordinator.put(f"/api/meetings/{meeting}", json=planned(council))
    again = await council.coordinator.put(f"/api/meetings/{meeting}", json=planned(council))

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"repeated": True}
    assert await versions(council, meeting) == 1


async def test_fifty_repetitions_at_once_make_one_event(council: Council) -> None:
    meeting = uuid4()
    answers = await asyncio.gather(
        *(council.coordinator.put(f"/api/meetings/{meeting}", json=planned(council)) for _ in range(50))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
    assert await events_about(council, meeting) == ["cispd.meetings.MeetingScheduled.v1"]


async def test_fifty_convenings_at_once_under_one_id_tell_members_once(council: Council) -> None:
    meeting, command = await council.meeting(PLENARY), uuid4()
    answers = await asyncio.gather(*(convening(council, meeting, command) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert (await events_about(council, meeting)).count("cispd.meetings.MeetingConvened.v1") == 1


async def test_acts_at_once_on_one_meeting_follow_one_another(council: Council) -> None:
    meeting = await council.convened(PLENARY)
    path = f"/api/meetings/{meeting}/mandates"
    mandates = [
        {"institution_id": str(council.ids[name]), "holder": f"Personne {name}", "capacity": "représentant"}
        for name in KINDS
    ]
    answers = await asyncio.gather(
        *(council.coordinator.put(f"{path}/{uuid4()}", json=mandate) for mandate in mandates * 4)
    )
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(answer.json()["version"] for answer in answers) == list(range(3, 23))
    assert await versions(council, meeting) == 22
    rows = (await council.coordinator.get(f"/api/meetings/{meeting}")).json()["invitations"]
    assert all(row["representative"] for row in rows)


async def test_the_same_id_with_other_content_is_a_conflict(council: Council) -> None:
    meeting = await council.meeting(PLENARY)
    answer = await council.coordinator.put(f"/api/meetings/{meeting}", json=planned(council, subject="Autre objet"))
    refused(answer, 409, "CommandIdReused")
    assert await versions(council, meeting) == 1


async def test_a_stale_version_is_refused(council: Council) -> None:
    meeting = await council.meeting(PLENARY)
    etag = (await council.coordinator.get(f"/api/meetings/{meeting}")).headers["etag"]
    assert (await convening(council, meeting, headers={"If-Match": etag})).status_code == 200
    late = await council.coordinator.put(
        f"/api/meetings/{meeting}/cancellation/{uuid4()}",
        json={"reason": "agenda-not-ready"},
        headers={"If-Match": etag},
    )
    refused(late, 412, "StaleVersion")
    assert await versions(council, meeting) == 2


async def test_a_meeting_is_convened_once(council: Council) -> None:
    meeting = await council.convened(PLENARY)
    refused(await convening(council, meeting), 409, "MeetingAlreadyConvened")


async def test_nobody_names_the_representative_of_another_institution(council: Council) -> None:
    meeting = await council.convened(PLENARY)
    mandate = {"institution_id": str(council.ids["Préfecture du Pas-de-Calais"]), "holder": "X", "capacity": "y"}
    answer = await council.sitting_for(LANDLORD, "partner").put(
        f"/api/meetings/{meeting}/mandates/{uuid4()}", json=mandate
    )
    refused(answer, 403, "MandateOfAnotherInstitution")


async def test_a_meeting_is_not_ended_before_every_attendance_is_known(council: Council) -> None:
    meeting = await council.convened(PLENARY)
    council.api.set_clock(datetime(2017, 1, 20, 13, 0, tzinfo=UTC))
    await council.put(f"/api/meetings/{meeting}/opening")
    answer = await council.coordinator.put(f"/api/meetings/{meeting}/holding/{uuid4()}", json={})
    problem = refused(answer, 409, "AttendanceIncomplete")
    assert problem["detail"] == "Il reste 5\u00a0institutions à relever sur la feuille de présence."


async def convening(
    council: Council, meeting: UUID, command: UUID | None = None, headers: dict[str, str] | None = None
) -> httpx.Response:
    path = f"/api/meetings/{meeting}/convening/{command or uuid4()}"
    return await council.president.put(path, json={"agenda": AGENDA}, headers=headers)


async def versions(council: Council, meeting: UUID) -> int:
    """The meeting's version, which is also how many events it caused."""
    found: int = (await council.coordinator.get(f"/api/meetings/{meeting}")).json()["version"]
    assert len(await events_about(council, meeting)) == found
    return found


async def events_about(council: Council, meeting: UUID) -> list[str]:
    rows = await council.api.rows(
        "select headers->>'ce_type' as type from outbox where key = $1 order by id", str(meeting)
    )
    return [row["type"] for row in rows]
