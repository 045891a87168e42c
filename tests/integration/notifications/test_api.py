"""The directory and the deliveries through the API: who may, what is refused, what is seen."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from schemas.events.cases import Origin, ProsecutorClearanceReceived, ProsecutorConsulted, RecallState
from tests.integration.notifications.office import (
    AGGLO,
    BAILLEUR,
    CALAIS,
    PARQUET,
    PLENARY,
    PREFECTURE,
    Office,
    address,
    convened,
)


def consulted(case_id: UUID) -> ProsecutorConsulted:
    return ProsecutorConsulted(
        case_id=case_id,
        state=RecallState.CONSULTED,
        commune="62193",
        origin=Origin.MUNICIPAL_POLICE,
        reply_due=PLENARY.date(),
    )


async def test_a_command_repeated_enters_nothing_twice(office: Office) -> None:
    assert (await office.register(BAILLEUR, email=address(BAILLEUR))).status_code == 201
    again = await office.register(BAILLEUR, email=address(BAILLEUR))
    assert (again.status_code, again.json()["repeated"]) == (200, True)
    other = await office.register(BAILLEUR, email="other@institution.example")
    assert (other.status_code, other.json()["code"]) == (409, "CommandIdReused")


async def test_an_unknown_institution_may_be_entered_before_the_council_names_it(office: Office) -> None:
    new = uuid4()
    content = {"name": "CIDFF", "kind": "association", "email": "accueil@cidff.example"}
    assert (await office.coordinator.put(f"/api/partners/{new}", json=content)).status_code == 201
    seen = (await office.coordinator.get(f"/api/partners/{new}")).json()
    assert (seen["name"], seen["email"], seen["version"]) == ("CIDFF", "accueil@cidff.example", 1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"email": "secretariat"}, "EmailAddressUnreadable"),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "EmailAddressUnreadable"),
        ({"webhook_url": "http://partner.example"}, "WebhookNotSecure"),
        ({"muted": ["meeting-convened"]}, "SubjectCannotBeTurnedOff"),
        ({"muted": ["nothing-like-it"]}, "InvalidInput"),
        ({"mail": "a@b.example"}, "InvalidInput"),
        ({"email": 7}, "InvalidInput"),
    ],
)
async def test_bad_channels_have_a_named_refusal_and_change_nothing(
    office: Office, content: dict[str, Any], code: str
) -> None:
    before = await office.api.rows("select * from partner order by institution_id")
    refused = await office.change(PARQUET, **content)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert await office.api.rows("select * from partner order by institution_id") == before


async def test_a_stale_version_is_refused(office: Office) -> None:
    assert (await office.change(PARQUET, email=address(PARQUET))).status_code == 200
    path = f"/api/partners/{office.ids[PARQUET]}/channels/{uuid4()}"
    stale = await office.coordinator.put(path, json={"email": "x@y.example"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "StaleVersion")


async def test_channels_of_nobody_are_not_found(office: Office) -> None:
    path = f"/api/partners/{uuid4()}/channels/{uuid4()}"
    assert (await office.coordinator.put(path, json={})).status_code == 404


@pytest.mark.parametrize("role", ["partner", "mayor", "prosecutor", "operator", "president"])
async def test_only_the_secretariat_changes_the_directory(office: Office, role: str) -> None:
    caller = office.api.caller(role, institution=office.ids[PARQUET])
    path = f"/api/partners/{office.ids[PARQUET]}/channels/{uuid4()}"
    assert (await caller.put(path, json={"email": "x@y.example"})).status_code == 403


async def test_a_partner_sees_its_own_deliveries_and_no_others(office: Office) -> None:
    await office.fact(convened(office, PARQUET, CALAIS))
    mayor = office.api.caller("mayor", institution=office.ids[CALAIS])
    seen = (await mayor.get("/api/deliveries")).json()["items"]
    assert {line["institution_id"] for line in seen} == {str(office.ids[CALAIS])}
    asked = (await mayor.get("/api/deliveries", params={"institution": str(office.ids[PARQUET])})).json()
    assert {line["institution_id"] for line in asked["items"]} == {str(office.ids[CALAIS])}
    other = await office.delivery(PARQUET)
    assert (await mayor.get(f"/api/deliveries/{other['id']}")).status_code == 404
    assert (await mayor.get("/api/partners")).status_code == 403


async def test_somebody_who_sits_for_nobody_sees_nothing(office: Office) -> None:
    assert (await office.api.caller("partner").get("/api/deliveries")).status_code == 403


async def test_the_presidency_does_not_see_deliveries_about_cases(office: Office) -> None:
    await office.fact(consulted(uuid4()))
    await office.fact(convened(office, AGGLO))
    president = office.api.caller("president", institution=office.ids[AGGLO])
    assert {line["about"] for line in (await president.get("/api/deliveries")).json()["items"]} == {"meeting"}
    about_case = await office.delivery(PARQUET)
    assert (await president.get(f"/api/deliveries/{about_case['id']}")).status_code == 404


async def test_the_prosecutor_is_consulted_by_a_neutral_mail(office: Office) -> None:
    case = uuid4()
    await office.fact(consulted(case))
    await office.deliver()
    (mail,) = office.mailroom.taken
    assert mail["To"].addresses[0].addr_spec == address(PARQUET)
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"/dossiers/rappels/{case}" in text
    assert "62193" not in mail.as_string()
    facts = await office.api.rows(
        "select convert_from(value, 'UTF8') as value from outbox where topic = 'cispd.deliveries'"
    )
    assert not any(str(case) in fact["value"] for fact in facts)


async def test_a_clearance_is_told_to_the_mayor_concerned_only(office: Office) -> None:
    said = consulted(uuid4()).model_dump() | {"state": RecallState.CLEARED}
    await office.fact(ProsecutorClearanceReceived(**said))
    names = {line["institution"] for line in await office.deliveries()}
    assert names == {"Institution agglo", "Institution calais"}


async def test_lists_are_paged_and_filtered(office: Office) -> None:
    for _ in range(3):
        await office.fact(convened(office, PARQUET, PREFECTURE))
    first = (await office.coordinator.get("/api/deliveries", params={"limit": 4})).json()
    assert (len(first["items"]), first["total"], first["next"]) == (4, 9, 4)
    rest = (await office.coordinator.get("/api/deliveries", params={"limit": 200, "after": 4})).json()
    assert (len(rest["items"]), rest["next"]) == (5, None)
    assert len(await office.deliveries(state="sent")) == 0
    assert len(await office.deliveries(institution=str(office.ids[PREFECTURE]))) == 3
    unreachable = (await office.coordinator.get("/api/partners", params={"reachable": False})).json()
    assert [one["name"] for one in unreachable["items"]] == ["Institution bailleur"]
