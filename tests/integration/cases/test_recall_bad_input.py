"""What bad input gets: a named refusal, and nothing written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.cases.town import CALAIS, MARCK, NO_OBSTACLE, Town, of_a_minor, report, summons

FEBRUARY = summons(datetime(2017, 2, 6, 9, tzinfo=UTC))


async def refused(town: Town, role: str, path: str, body: Any, **said: Any) -> tuple[int, str]:
    """Status and code of a refusal, once it is sure that nothing was written."""
    before = await town.written()
    answer = await town.put(role, path, body, **said)
    assert await town.written() == before
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    return answer.status_code, answer.json()["code"]


def step(case: object, name: str) -> str:
    return f"/api/recalls/{case}/{name}/{uuid4()}"


async def test_a_hearing_before_clearance_is_refused(town: Town) -> None:
    case = await town.consulted()
    given = await refused(town, "mayor", step(case, "hearing"), {"held_on": "2017-01-03"})
    assert given == (409, "HearingBeforeClearance")


async def test_a_hearing_before_the_summons_is_refused(town: Town) -> None:
    case = await town.cleared()
    given = await refused(town, "mayor", step(case, "hearing"), {"held_on": "2017-01-03"})
    assert given == (409, "HearingBeforeSummons")


async def test_a_summons_before_clearance_is_refused(town: Town) -> None:
    case = await town.consulted()
    assert await refused(town, "coordinator", step(case, "summons"), FEBRUARY) == (409, "SummonsBeforeClearance")


async def test_a_summons_after_an_objection_is_refused(town: Town) -> None:
    case = await town.consulted()
    await town.act("prosecutor", case, "objection")
    assert await refused(town, "coordinator", step(case, "summons"), FEBRUARY) == (409, "ProsecutorObjects")


async def test_a_minor_without_legal_representative_cannot_be_summoned(town: Town) -> None:
    case = await town.cleared(of_a_minor())
    assert await refused(town, "coordinator", step(case, "summons"), FEBRUARY) == (409, "LegalRepresentativeMissing")


async def test_too_short_notice_is_refused_with_the_first_lawful_moment(town: Town) -> None:
    case = await town.cleared()
    answer = await town.put("coordinator", step(case, "summons"), summons(datetime(2017, 1, 12, 13, tzinfo=UTC)))
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["field"]) == (422, "SummonsNoticeTooShort", "hearing_at")
    assert datetime.fromisoformat(problem["proposal"]) == datetime(2017, 1, 13, 13, tzinfo=UTC)


async def test_a_closure_before_the_first_review_is_refused(town: Town) -> None:
    case = await town.heard()
    given = await refused(town, "coordinator", step(case, "closure"), {"outcome": "complied"})
    assert given == (409, "ClosureBeforeFollowUp")


async def test_an_absence_before_the_hour_is_refused(town: Town) -> None:
    case = await town.summoned()
    assert await refused(town, "coordinator", step(case, "no-show"), {}) == (409, "HearingStillAhead")


async def test_consulting_about_a_filed_complaint_is_refused(town: Town) -> None:
    case = await town.reported()
    body = NO_OBSTACLE | {"complaint_filed": True}
    assert await refused(town, "coordinator", step(case, "consultation"), body) == (409, "ComplaintFiled")


async def test_consulting_about_a_motive_outside_the_protocol_is_refused(town: Town) -> None:
    case = await town.reported(report(motive="DIVAG_ANIMAL"))
    given = await refused(town, "coordinator", step(case, "consultation"), NO_OBSTACLE)
    assert given == (409, "MotiveOutsideProtocol")


async def test_consulting_without_a_protocol_in_the_commune_is_refused(town: Town) -> None:
    case = uuid4()
    await town.put("municipal_police", f"/api/recalls/{case}", report(commune=MARCK), commune=MARCK)
    given = await refused(town, "coordinator", step(case, "consultation"), NO_OBSTACLE, commune=MARCK)
    assert given == (409, "ProtocolMissing")


async def test_a_second_protocol_for_the_same_period_is_refused(town: Town) -> None:
    before = await town.written()
    answer = await town.sign_protocol(valid_from="2017-06-01")
    assert (answer.status_code, answer.json()["code"]) == (409, "ProtocolAlreadyInForce")
    assert await town.written() == before


@pytest.mark.parametrize(
    ("role", "name", "body"),
    [
        ("mayor", "hearing", {"held_on": "2017-01-03"}),
        ("coordinator", "consultation", NO_OBSTACLE),
        ("prosecutor", "clearance", {}),
        ("municipal_police", "suspension", {"reason": "complaint"}),
        ("coordinator", "rejection", {"reason_code": "MEDIATION"}),
    ],
)
async def test_the_right_role_in_another_commune_is_refused(
    town: Town, role: str, name: str, body: dict[str, Any]
) -> None:
    case = await town.reported()
    assert await refused(town, role, step(case, name), body, commune=MARCK) == (403, "OutsideCommune")


async def test_reporting_for_another_commune_is_refused(town: Town) -> None:
    given = await refused(town, "municipal_police", f"/api/recalls/{uuid4()}", report(commune=MARCK))
    assert given == (403, "OutsideCommune")


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("coordinator", "clearance"),
        ("coordinator", "hearing"),
        ("mayor", "consultation"),
        ("municipal_police", "summons"),
        ("partner", "rejection"),
        ("president", "closure"),
        ("data_protection_officer", "suspension"),
        ("operator", "no-show"),
    ],
)
async def test_an_act_of_another_role_is_refused(town: Town, role: str, name: str) -> None:
    case = await town.reported()
    before = await town.written()
    answer = await town.put(role, step(case, name), {"reason": "complaint", "held_on": "2017-01-03"} | FEBRUARY)
    assert answer.status_code in (403, 422)
    assert answer.status_code == 403 or answer.json()["code"] == "InvalidInput"
    assert await town.written() == before


async def test_no_token_and_an_expired_token_are_refused(town: Town) -> None:
    case = await town.reported()
    async with town.api.caller() as nobody:
        answer = await nobody.get(f"/api/recalls/{case}")
    assert (answer.status_code, answer.json()["code"]) == (401, "NotSignedIn")
    async with town.api.caller("coordinator", lasts=-3600) as late:
        assert (await late.get(f"/api/recalls/{case}")).status_code == 401


async def test_a_repeated_report_is_a_success_without_a_second_case(town: Town) -> None:
    case, body = uuid4(), report()
    first = await town.put("municipal_police", f"/api/recalls/{case}", body)
    before = await town.written()
    again = await town.put("municipal_police", f"/api/recalls/{case}", body)
    assert (first.status_code, again.status_code, again.json()["repeated"]) == (201, 200, True)
    assert await town.written() == before


async def test_a_report_id_used_for_something_else_is_a_conflict(town: Town) -> None:
    case = await town.reported()
    given = await refused(town, "municipal_police", f"/api/recalls/{case}", report(motive="VOISINAGE"))
    assert given == (409, "CommandIdReused")


async def test_a_repeated_act_is_a_success_and_another_content_a_conflict(town: Town) -> None:
    case, path = await town.cleared(), ""
    path = step(case, "summons")
    await town.put("coordinator", path, FEBRUARY)
    before = await town.written()
    again = await town.put("coordinator", path, FEBRUARY)
    assert (again.status_code, again.json()["repeated"]) == (200, True)
    assert await town.written() == before
    other = summons(datetime(2017, 2, 7, 9, tzinfo=UTC))
    assert await refused(town, "coordinator", path, other) == (409, "CommandIdReused")


async def test_a_stale_version_is_refused(town: Town) -> None:
    case = await town.consulted()
    given = await refused(town, "prosecutor", step(case, "clearance"), {}, **{"If-Match": '"1"'})
    assert given == (412, "StaleVersion")
    answer = await town.put("prosecutor", step(case, "clearance"), {}, **{"If-Match": '"2"'})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"3"')


async def test_an_unknown_case_is_not_found(town: Town) -> None:
    assert await refused(town, "prosecutor", step(uuid4(), "clearance"), {}) == (404, "NotFound")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"facts_on": "2017-02-30"}, "InvalidInput"),
        ({"facts_on": "2017-01-04"}, "FactsInTheFuture"),
        ({"motive": "INCONNU"}, "UnknownMotive"),
        ({"motive": ""}, "InvalidInput"),
        ({"origin": "neighbour"}, "InvalidInput"),
        ({"colour": "blue"}, "InvalidInput"),
        ({"commune": "Calais"}, "InvalidInput"),
        ({"narrative": ""}, "InvalidInput"),
        ({"place": "rue\x00"}, "InvalidInput"),
        ({"person": report()["person"] | {"birth_date": "2017-01-02"}}, "BirthDateImpossible"),
        ({"person": report()["person"] | {"birth_date": "1789-07-14"}}, "BirthDateImpossible"),
    ],
)
async def test_a_report_with_a_wrong_value_is_refused(town: Town, changes: dict[str, Any], code: str) -> None:
    given = await refused(town, "municipal_police", f"/api/recalls/{uuid4()}", report(**changes))
    assert given == (422, code)


async def test_a_body_that_is_not_json_is_refused(town: Town) -> None:
    before = await town.written()
    async with town.client("municipal_police") as police:
        answer = await police.put(f"/api/recalls/{uuid4()}", content=b"{", headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert await town.written() == before


async def test_a_refusal_repeats_nothing_personal(town: Town) -> None:
    body = report(colour="blue")
    answer = await town.put("municipal_police", f"/api/recalls/{uuid4()}", body)
    assert "Zyx" not in answer.text


async def test_nothing_more_happens_to_a_rejected_case(town: Town) -> None:
    case = await town.reported()
    await town.act("coordinator", case, "rejection", {"reason_code": "AUTEUR_INCONNU"})
    given = await refused(town, "coordinator", step(case, "consultation"), NO_OBSTACLE)
    assert given == (409, "RecallOver")


async def test_two_clearances_are_one_too_many(town: Town) -> None:
    case = await town.cleared()
    assert await refused(town, "prosecutor", step(case, "clearance"), {}) == (409, "ProsecutorAlreadyReplied")
    assert (await town.get("prosecutor", f"/api/recalls/{case}", commune=CALAIS)).json()["state"] == "cleared"
