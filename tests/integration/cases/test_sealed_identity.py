"""Who a case is about: never in clear in the database, opened for a reason only, and never without a trace."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.cases.sealing import KeyRing, KeyUnknown, SealBroken
from services.cases.settings import CasesSettings
from tests.integration.cases.town import MARCK, NAME, REPRESENTATIVE, TOLD, Town, of_a_minor

TABLES = "select table_name from information_schema.tables where table_schema = 'cases' and table_type = 'BASE TABLE'"


async def log_of(town: Town, case: UUID) -> list[dict[str, Any]]:
    return await town.api.rows("select * from access_log where case_id = $1 order by id", case)


async def read(town: Town, role: str, case: UUID, reason: str, **said: Any) -> Any:
    return await town.post(role, f"/api/recalls/{case}/identity-readings", {"reason": reason}, **said)


async def test_nothing_personal_is_in_the_database_in_clear(town: Town) -> None:
    await town.cleared(of_a_minor(representatives=[REPRESENTATIVE]))
    case = await town.heard()
    await read(town, "coordinator", case, "answer-person")
    for table in await town.api.rows(TABLES):
        rows = await town.api.rows(f"select t::text as row from {table['table_name']} t")
        for row in rows:
            seen = row["row"]
            assert "Zyx" not in seen
            assert "1989-05-04" not in seen
            assert b"Zyx".hex() not in seen


async def test_a_reading_opens_what_its_reason_needs_and_is_logged(town: Town) -> None:
    case = await town.cleared()
    answer = await read(town, "coordinator", case, "prepare-summons")
    opened = answer.json()["opened"]
    assert answer.headers["cache-control"] == "no-store"
    assert (opened["name"]["family_name"], opened["address"]["town"]) == (NAME, "Calais")
    assert (opened["narrative"], opened["place"]) == (None, None)
    [entry] = await log_of(town, case)
    assert (entry["reason"], entry["by_subject"]) == ("prepare-summons", "coordinator-of-62193")
    assert entry["fields"] == ["name", "birth-date", "address", "representatives"]


async def test_every_reading_adds_a_line(town: Town) -> None:
    case = await town.cleared()
    for _ in range(3):
        await read(town, "mayor", case, "hold-hearing")
    assert len(await log_of(town, case)) == 3
    assert (await town.get("coordinator", f"/api/recalls/{case}")).json()["readings"] == 3


@pytest.mark.parametrize(
    ("role", "reason", "commune", "code"),
    [
        ("coordinator", "give-opinion", "62193", "ReasonOfAnotherRole"),
        ("municipal_police", "prepare-summons", "62193", "ReasonOfAnotherRole"),
        ("prosecutor", "prepare-summons", "62193", "ReasonOfAnotherRole"),
        ("mayor", "hold-hearing", MARCK, "OutsideCommune"),
        ("data_protection_officer", "answer-person", "62193", "NotAllowed"),
        ("partner", "answer-person", "62193", "NotAllowed"),
        ("operator", "answer-person", "62193", "NotAllowed"),
    ],
)
async def test_a_reading_beyond_ones_rights_opens_nothing(
    town: Town, role: str, reason: str, commune: str, code: str
) -> None:
    case = await town.consulted()
    answer = await read(town, role, case, reason, commune=commune)
    assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert "Zyx" not in answer.text
    assert await log_of(town, case) == []


async def test_a_reading_without_a_reason_of_the_list_is_refused(town: Town) -> None:
    case = await town.consulted()
    answer = await read(town, "coordinator", case, "curiosity")
    assert answer.status_code == 422
    assert await log_of(town, case) == []


async def test_the_parquet_reads_facts_once_it_is_asked(town: Town) -> None:
    case = await town.reported()
    refused = await read(town, "prosecutor", case, "give-opinion")
    assert (refused.status_code, refused.json()["code"]) == (409, "ProsecutorNotConsulted")
    asked = await town.consulted()
    opened = (await read(town, "prosecutor", asked, "give-opinion")).json()["opened"]
    assert (opened["narrative"], opened["address"]) == (TOLD, None)


async def test_the_officer_reads_the_log_of_the_officers_communes_only(town: Town) -> None:
    case = await town.cleared()
    await read(town, "coordinator", case, "inform-prosecutor")
    found = (await town.get("data_protection_officer", "/api/recalls/access-log")).json()
    assert [(item["case_number"], item["reason"]) for item in found["items"]] == [
        ("RAO-2017-0001", "inform-prosecutor")
    ]
    elsewhere = (await town.get("data_protection_officer", "/api/recalls/access-log", commune=MARCK)).json()
    assert elsewhere["total"] == 0
    assert (await town.get("coordinator", "/api/recalls/access-log")).status_code == 403


async def test_the_runtime_role_cannot_change_the_access_log(town: Town) -> None:
    case = await town.cleared()
    await read(town, "coordinator", case, "hold-hearing")
    for statement in (
        "update access_log set by_name = 'autre'",
        "delete from access_log",
        "truncate access_log",
        "delete from recall_history",
    ):
        connection = await asyncpg.connect(town.api.database.url)
        try:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
        finally:
            await connection.close()


async def test_when_the_log_cannot_be_written_nothing_is_opened(town: Town) -> None:
    case = await town.cleared()
    owner = await asyncpg.connect(town.api.database.owner_url)
    try:
        await owner.execute("revoke insert on access_log from cases")
        answer = await read(town, "coordinator", case, "hold-hearing")
        assert answer.status_code >= 500
        assert "Zyx" not in answer.text
    finally:
        await owner.execute("grant insert on access_log to cases")
        await owner.close()


async def test_a_sealed_field_moved_to_another_case_does_not_open(town: Town) -> None:
    one, other = await town.cleared(), await town.cleared()
    await town.api.rows(
        "update sealed_field set sealed = (select sealed from sealed_field where case_id = $1 and field = 'name') "
        "where case_id = $2 and field = 'name'",
        one,
        other,
    )
    answer = await read(town, "coordinator", other, "hold-hearing")
    assert answer.status_code == 500
    assert "Zyx" not in answer.text


async def test_an_older_key_of_the_ring_still_opens(town: Town) -> None:
    case = await town.cleared()
    settings: CasesSettings = town.api.running.settings
    old = settings.identity_keys.get_secret_value()
    renewed = settings.model_copy(update={"identity_keys": type(settings.identity_keys)(f"k2:{'cd' * 32} {old}")})
    town.api.app.state.commands = type(town.api.app.state.commands)(
        database=town.api.running.database, clock=town.api.running.clock, settings=renewed
    )
    assert (await read(town, "coordinator", case, "hold-hearing")).json()["opened"]["name"]["family_name"] == NAME
    await town.reported()
    keys = {row["key_id"] for row in await town.api.rows("select key_id from case_key")}
    assert keys == {"k1", "k2"}


def test_a_ring_without_the_key_opens_nothing() -> None:
    case = uuid4()
    _, stored = KeyRing({"old": b"a" * 32}).new_data_key(case)
    with pytest.raises(KeyUnknown):
        KeyRing({"new": b"b" * 32}).data_key(case, stored)
    with pytest.raises(SealBroken):
        KeyRing({"old": b"c" * 32}).data_key(case, stored)
