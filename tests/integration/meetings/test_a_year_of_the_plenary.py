"""The plenary from its planning to the annual duty, through the API."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.integration.meetings.conftest import PREFECTURE, PROSECUTION, Council

SESSION = datetime(2017, 1, 20, 13, 0, tzinfo=UTC)


async def attend(council: Council, meeting: object, **presences: str) -> None:
    rows = [
        {"institution_id": str(council.ids[name]), "presence": presences.get(name, "present")}
        for name in list(council.ids)[:5]
    ]
    await council.put(f"/api/meetings/{meeting}/attendance", {"attendance": rows})


async def test_a_plenary_with_prefect_and_prosecutor_fulfils_the_annual_duty(council: Council) -> None:
    meeting = await council.convened("Assemblée plénière")
    mandate = {"institution_id": str(council.ids[PROSECUTION]), "holder": "Sophie Talleux", "capacity": "substitut"}
    await council.put(f"/api/meetings/{meeting}/mandates", mandate, by=council.sitting_for(PROSECUTION, "prosecutor"))
    council.api.set_clock(SESSION)
    await council.put(f"/api/meetings/{meeting}/opening")
    await attend(council, meeting, **{PROSECUTION: "represented"})
    receipt = await council.put(f"/api/meetings/{meeting}/holding")

    assert [event["type"].split(".")[2] for event in receipt["events"]] == ["MeetingHeld", "AnnualObligationFulfilled"]
    view = (await council.coordinator.get(f"/api/meetings/{meeting}")).json()
    assert (view["state"], view["annual_duty_met"]) == ("held", True)
    assert view["attendance"] == {"present": 4, "represented": 1, "excused": 0, "absent": 0}
    assert view["history"][-1]["sentence"] == "La coordonnatrice a planifié la réunion."


async def test_a_plenary_without_the_prefect_is_held_but_does_not_count(council: Council) -> None:
    meeting = await council.convened("Assemblée plénière")
    council.api.set_clock(SESSION)
    await council.put(f"/api/meetings/{meeting}/opening")
    await attend(council, meeting, **{PREFECTURE: "excused"})
    receipt = await council.put(f"/api/meetings/{meeting}/holding")

    assert len(receipt["events"]) == 1
    view = (await council.coordinator.get(f"/api/meetings/{meeting}")).json()
    assert (view["state"], view["annual_duty_met"]) == ("held-invalid", False)
