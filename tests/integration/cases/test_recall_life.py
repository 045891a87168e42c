"""A rappel à l'ordre from report to closure, through the HTTP API on a real database."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from tests.integration.cases.town import CALAIS, MARCK, NO_OBSTACLE, Town, of_a_minor, report, summons


async def state_of(town: Town, case: object) -> str:
    return str((await town.get("coordinator", f"/api/recalls/{case}")).json()["state"])


async def test_night_noise_is_reported_cleared_summoned_heard_and_closed(town: Town) -> None:
    case = await town.heard()
    town.set_day(4, 20)
    await town.act("coordinator", case, "closure", {"outcome": "complied"})

    assert [kind for kind in await town.api.appended() if ".cases." in kind] == [
        f"cispd.cases.{name}.v1"
        for name in (
            "RecallProtocolSigned",
            "RecallReported",
            "ProsecutorConsulted",
            "ProsecutorClearanceReceived",
            "RecallSummonsIssued",
            "RecallHearingHeld",
            "RecallCaseClosed",
        )
    ]
    shown = (await town.get("coordinator", f"/api/recalls/{case}")).json()
    assert (shown["number"], shown["state"], shown["outcome"]) == ("RAO-2017-0001", "closed", "complied")
    assert [line["act"] for line in shown["history"]][-1] == "RecallReported"


async def test_somebody_absent_once_is_summoned_again_and_heard(town: Town) -> None:
    case = await town.summoned(report(motive="ALCOOL_VP"))
    town.set_day(1, 17)
    await town.act("coordinator", case, "no-show")
    await town.act("coordinator", case, "summons", summons(datetime(2017, 2, 6, 9, tzinfo=UTC)))
    town.set_day(2, 6, hour=11)
    await town.act("mayor", case, "hearing", {"held_on": "2017-02-06"})
    assert await state_of(town, case) == "delivered"


async def test_a_second_absence_lets_the_recall_go_by(town: Town) -> None:
    case = await town.summoned()
    town.set_day(1, 17)
    await town.act("coordinator", case, "no-show")
    await town.act("coordinator", case, "summons", summons(datetime(2017, 2, 6, 9, tzinfo=UTC)))
    town.set_day(2, 7)
    receipt = await town.act("coordinator", case, "no-show")
    assert [event["type"].split(".")[2] for event in receipt["events"]] == ["RecallNoShowRecorded", "RecallRefused"]
    await town.act("coordinator", case, "closure", {"outcome": "referred-prosecutor"})


async def test_a_filed_complaint_ends_in_a_rejection(town: Town) -> None:
    case = await town.reported()
    await town.act("municipal_police", case, "suspension", {"reason": "complaint"})
    await town.act("coordinator", case, "rejection", {"reason_code": "PLAINTE"})
    assert await state_of(town, case) == "rejected"


async def test_a_suspended_case_goes_on_once_the_parquet_has_spoken(town: Town) -> None:
    case = await town.cleared()
    await town.act("coordinator", case, "suspension", {"reason": "investigation"})
    refused = await town.act("coordinator", case, "summons", summons(datetime(2017, 2, 6, 9, tzinfo=UTC)), status=409)
    assert refused["code"] == "RecallStopped"
    await town.act("prosecutor", case, "resumption")
    assert await state_of(town, case) == "cleared"


async def test_a_minor_is_summoned_once_the_representatives_are_known(town: Town) -> None:
    case = await town.cleared(of_a_minor())
    february = summons(datetime(2017, 2, 6, 9, tzinfo=UTC))
    assert (await town.act("coordinator", case, "summons", february, status=409))[
        "code"
    ] == "LegalRepresentativeMissing"
    mother = {"family_name": "Mère-Zyx", "given_name": "Odile", "capacity": "mother"}
    await town.act("coordinator", case, "representatives", {"representatives": [mother]})
    await town.act("coordinator", case, "summons", february)
    town.set_day(2, 6, hour=11)
    assert (await town.act("mayor", case, "hearing", {"held_on": "2017-02-06"}, status=422))["code"] == "AdultMissing"
    await town.act("mayor", case, "hearing", {"held_on": "2017-02-06", "adult_present": "parent"})


async def test_numbers_follow_each_other_within_a_commune_and_year(town: Town) -> None:
    await town.sign_protocol(commune=MARCK)
    first, second = await town.reported(), await town.reported()
    elsewhere = uuid4()
    await town.put("municipal_police", f"/api/recalls/{elsewhere}", report(commune=MARCK), commune=MARCK)
    town.api.set_clock(datetime(2018, 1, 2, 9, tzinfo=UTC))
    later = await town.reported()
    numbers = [
        (await town.get("coordinator", f"/api/recalls/{case}", commune=where)).json()["number"]
        for case, where in ((first, CALAIS), (second, CALAIS), (elsewhere, MARCK), (later, CALAIS))
    ]
    assert numbers == ["RAO-2017-0001", "RAO-2017-0002", "RAO-2017-0001", "RAO-2018-0001"]


async def test_the_parquet_sees_a_case_only_once_it_is_asked(town: Town) -> None:
    case = await town.reported()
    assert (await town.get("prosecutor", f"/api/recalls/{case}")).status_code == 404
    assert (await town.get("prosecutor", "/api/recalls")).json()["total"] == 0
    await town.act("coordinator", case, "consultation", NO_OBSTACLE)
    assert (await town.get("prosecutor", "/api/recalls")).json()["total"] == 1


async def test_the_list_can_be_narrowed_to_states(town: Town) -> None:
    await town.reported()
    consulted = await town.consulted()
    found = (await town.get("coordinator", "/api/recalls?state=consulted")).json()
    assert [item["id"] for item in found["items"]] == [str(consulted)]
