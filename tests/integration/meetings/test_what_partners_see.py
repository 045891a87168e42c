"""A partner sees the meetings of the bodies where his institution sits, and no other."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.integration.meetings.conftest import (
    DEPARTMENT,
    LANDLORD,
    PREFECTURE,
    PROSECUTION,
    Council,
)

GROUP = "Groupe « Tranquillité publique »"


async def subjects(caller: object, query: str = "") -> list[str]:
    page = (await caller.get(f"/api/meetings{query}")).json()  # type: ignore[attr-defined]
    return [item["subject"] for item in page["items"]]


async def test_a_partner_sees_the_meetings_of_his_bodies_only(council: Council) -> None:
    await council.meeting("Assemblée plénière", subject="Plénière")
    hidden = await council.meeting(GROUP, subject="Groupe", starts_at="2017-02-07T14:00:00+01:00")
    partner = council.sitting_for(DEPARTMENT, "partner")

    assert await subjects(partner) == ["Plénière"]
    assert (await partner.get(f"/api/meetings/{hidden}")).status_code == 404
    assert await subjects(council.sitting_for(LANDLORD, "partner")) == ["Groupe", "Plénière"]
    assert await subjects(council.coordinator) == ["Groupe", "Plénière"]


async def test_a_partner_without_an_institution_sees_no_meeting(council: Council) -> None:
    await council.meeting("Assemblée plénière")
    assert await subjects(council.api.caller("partner")) == []


async def test_a_partner_reads_his_own_attendance_and_not_that_of_others(council: Council) -> None:
    meeting = await council.convened(GROUP, starts_at="2017-01-20T14:00:00+01:00")
    for name, holder in ((LANDLORD, "Marc Hennebelle"), (PROSECUTION, "Sophie Talleux")):
        mandate = {"institution_id": str(council.ids[name]), "holder": holder, "capacity": "délégué"}
        await council.put(f"/api/meetings/{meeting}/mandates", mandate)
    council.api.set_clock(datetime(2017, 1, 20, 13, 0, tzinfo=UTC))
    await council.put(f"/api/meetings/{meeting}/opening")
    rows = [{"institution_id": str(council.ids[name]), "presence": "represented"} for name in (LANDLORD, PROSECUTION)]
    await council.put(f"/api/meetings/{meeting}/attendance", {"attendance": rows})

    answer = await council.sitting_for(LANDLORD, "partner").get(f"/api/meetings/{meeting}")
    seen = {row["name"]: (row["presence"], row["representative"]) for row in answer.json()["invitations"]}
    assert seen == {LANDLORD: ("represented", "Marc Hennebelle, délégué"), PROSECUTION: (None, None)}
    assert "Talleux" not in answer.text


async def test_meetings_are_filtered_and_paged(council: Council) -> None:
    for month in ("02", "04", "06"):
        await council.meeting(GROUP, subject=f"Groupe de {month}", starts_at=f"2017-{month}-07T14:00:00+02:00")
    await council.meeting("Assemblée plénière", subject="Plénière", starts_at="2018-01-19T14:00:00+01:00")

    assert await subjects(council.coordinator, f"?body_id={council.ids[GROUP]}&order=soonest&limit=2") == [
        "Groupe de 02",
        "Groupe de 04",
    ]
    assert await subjects(council.coordinator, "?words=de 0&order=soonest&after=2") == ["Groupe de 06"]
    assert await subjects(council.coordinator, "?year=2018") == ["Plénière"]
    assert await subjects(council.coordinator, "?words=%25") == []
    first = (await council.coordinator.get("/api/meetings?limit=3")).json()
    assert (first["total"], first["next"]) == (4, 3)


async def test_a_member_convened_still_sees_the_meeting_after_its_mandate_ended(council: Council) -> None:
    meeting = await council.convened("Assemblée plénière")
    body, institution = council.ids["Assemblée plénière"], council.ids[PREFECTURE]
    await council.put(f"/api/bodies/{body}/mandate-ends", {"institution_id": str(institution)})
    assert (await council.sitting_for(PREFECTURE, "partner").get(f"/api/meetings/{meeting}")).status_code == 200
