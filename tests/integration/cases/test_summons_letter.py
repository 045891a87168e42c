"""The letter of summons: opened by right and reason, logged, the same each time."""

from __future__ import annotations

from tests.integration.cases.town import MARCK, REPRESENTATIVE, Town, of_a_minor


async def test_a_letter_is_the_same_each_time_and_each_opening_is_logged(town: Town) -> None:
    case = await town.summoned(of_a_minor(representatives=[REPRESENTATIVE]))
    first = await town.post("coordinator", f"/api/recalls/{case}/summons-letters", {})
    town.set_day(1, 5)
    second = await town.post("mayor", f"/api/recalls/{case}/summons-letters", {})
    assert first.headers["content-type"] == "application/pdf"
    assert first.headers["cache-control"] == "no-store"
    assert "Zyx" not in first.headers["content-disposition"]
    assert first.content == second.content
    entries = await town.api.rows("select by_subject, purpose from access_log order by id")
    assert [(entry["by_subject"], entry["purpose"]) for entry in entries] == [
        ("coordinator-of-62193", "letter"),
        ("mayor-of-62193", "letter"),
    ]


async def test_no_letter_before_the_summons_nor_for_others(town: Town) -> None:
    early = await town.cleared()
    answer = await town.post("coordinator", f"/api/recalls/{early}/summons-letters", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "NoSummonsLetter")
    case = await town.summoned()
    for role, commune in (("mayor", MARCK), ("municipal_police", "62193"), ("prosecutor", "62193")):
        refused = await town.post(role, f"/api/recalls/{case}/summons-letters", {}, commune=commune)
        assert refused.status_code == 403
    assert await town.api.rows("select * from access_log") == []
