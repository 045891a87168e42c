"""An action plan from its draft to its last signature, through the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from tests.integration.meetings.conftest import (
    DEPARTMENT,
    INTERCOMMUNAL,
    LANDLORD,
    PREFECTURE,
    PROSECUTION,
    Council,
)
from tests.integration.meetings.test_bad_input import refused

SIGNATORIES = (PREFECTURE, PROSECUTION, INTERCOMMUNAL, DEPARTMENT)


async def drafted(council: Council, signatories: tuple[str, ...] = SIGNATORIES) -> UUID:
    return await council.create("plans", **draft_of(council, signatories))


def draft_of(council: Council, signatories: tuple[str, ...]) -> dict[str, Any]:
    return {
        "title": "Plan d’actions 2017",
        "starts_on": "2017-04-01",
        "ends_on": "2018-03-31",
        "actions": [
            {"title": "Médiation de soirée", "theme": "TRANQ", "pilot_id": str(council.ids[LANDLORD])},
            {"title": "Accueil des victimes", "theme": "VIF", "pilot_id": str(council.ids[DEPARTMENT])},
        ],
        "signatories": [str(council.ids[name]) for name in signatories],
    }


async def validated(council: Council) -> UUID:
    """A plan that the plenary of 20 January validated."""
    plan = await drafted(council)
    await council.put(f"/api/plans/{plan}/submission", {"body_id": str(council.ids["Comité restreint"])})
    meeting = await council.convened("Assemblée plénière")
    council.api.set_clock(datetime(2017, 1, 20, 13, 0, tzinfo=UTC))
    await council.put(f"/api/meetings/{meeting}/opening")
    rows = [{"institution_id": str(council.ids[name]), "presence": "present"} for name in (*SIGNATORIES, LANDLORD)]
    await council.put(f"/api/meetings/{meeting}/attendance", {"attendance": rows})
    await council.put(f"/api/meetings/{meeting}/holding")
    await council.put(f"/api/plans/{plan}/validation", {"meeting_id": str(meeting)})
    return plan


def signing(council: Council, institution: str) -> Any:
    role = {PROSECUTION: "prosecutor", INTERCOMMUNAL: "president"}.get(institution, "partner")
    return council.sitting_for(institution, role)


async def test_the_last_signature_makes_the_plan_signed(council: Council) -> None:
    plan = await validated(council)
    seen = []
    for institution in SIGNATORIES:
        receipt = await council.put(f"/api/plans/{plan}/signatures", by=signing(council, institution))
        view = (await council.coordinator.get(f"/api/plans/{plan}")).json()
        seen.append((view["state"], view["collected"], len(receipt["events"])))

    assert seen == [("validated", 1, 1), ("validated", 2, 1), ("validated", 3, 1), ("signed", 4, 2)]


async def test_a_second_signature_by_the_same_signatory_is_refused(council: Council) -> None:
    plan = await validated(council)
    prefect = signing(council, PREFECTURE)
    await council.put(f"/api/plans/{plan}/signatures", by=prefect)
    again = await prefect.put(f"/api/plans/{plan}/signatures/{uuid4()}", json={})

    refused(again, 409, "SecondSignatureBySameSignatory")
    view = (await council.coordinator.get(f"/api/plans/{plan}")).json()
    assert view["collected"] == 1


async def test_an_institution_that_is_no_signatory_cannot_sign(council: Council) -> None:
    plan = await validated(council)
    answer = await signing(council, LANDLORD).put(f"/api/plans/{plan}/signatures/{uuid4()}", json={})
    refused(answer, 403, "NotASignatory")


async def test_a_plan_is_not_signed_before_a_plenary_validated_it(council: Council) -> None:
    plan = await drafted(council)
    answer = await signing(council, PREFECTURE).put(f"/api/plans/{plan}/signatures/{uuid4()}", json={})
    refused(answer, 409, "PlanNotValidated")


async def test_a_plan_is_not_validated_by_a_meeting_that_was_not_held(council: Council) -> None:
    plan = await drafted(council)
    await council.put(f"/api/plans/{plan}/submission", {"body_id": str(council.ids["Comité restreint"])})
    meeting = await council.convened("Assemblée plénière")
    answer = await council.coordinator.put(f"/api/plans/{plan}/validation/{uuid4()}", json={"meeting_id": str(meeting)})
    refused(answer, 409, "MeetingNotHeld")


async def test_a_plan_lists_every_signatory_that_the_rules_ask_for(council: Council) -> None:
    draft = draft_of(council, (PREFECTURE, PROSECUTION, INTERCOMMUNAL))
    answer = await council.coordinator.put(f"/api/plans/{uuid4()}", json=draft)
    problem = refused(answer, 422, "SignatoryMissing", "signatories")
    assert "le Département" in problem["detail"]
