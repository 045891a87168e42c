"""The pages without a browser: what they show to whom, and every form posted without JavaScript."""

from __future__ import annotations

import re
from uuid import uuid4

import httpx

from tests.integration.notifications.office import AGGLO, BAILLEUR, CALAIS, PARQUET, Office, address, convened
from tests.integration.notifications.test_api import consulted


async def text(browser: httpx.AsyncClient, path: str, status: int = 200) -> str:
    answer = await browser.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


def field(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


async def test_the_list_says_what_became_of_each(office: Office) -> None:
    office.mailroom.refused.add(address(PARQUET))
    await office.fact(convened(office, PARQUET, BAILLEUR))
    await office.deliver()
    page = await text(office.api.browser("coordinator"), "/envois")
    for state in ("Envoyé", "Non remis", "Sans adresse"):
        assert f">{state}</span>" in page
    assert "3\u00a0envois, du plus récent au plus ancien" in page


async def test_filters_narrow_the_list_and_nonsense_narrows_nothing(office: Office) -> None:
    await office.fact(convened(office, PARQUET))
    browser = office.api.browser("coordinator")
    assert "1\u00a0envoi," in await text(browser, "/envois?mots=parquet")
    assert "Aucun envoi ne répond" in await text(browser, "/envois?mots=100%25")
    assert "2\u00a0envois," in await text(browser, "/envois?etat=n'importe&page=-3&objet=x&canal=y")


async def test_an_institution_reads_its_own_and_not_those_of_others(office: Office) -> None:
    await office.fact(convened(office, PARQUET, CALAIS))
    browser = office.api.browser("mayor", institution=office.ids[CALAIS], title="maire")
    page = await text(browser, "/envois")
    assert "1\u00a0envoi," in page
    assert "Institution parquet" not in page
    other = await office.delivery(PARQUET)
    await text(browser, f"/envois/{other['id']}", status=404)
    await text(browser, f"/envois/{other['id']}/texte.txt", status=404)
    await text(browser, "/envois/annuaire", status=403)


async def test_a_delivery_shows_its_message_its_proof_and_its_history(office: Office) -> None:
    await office.fact(convened(office, AGGLO))
    await office.deliver()
    seen = await office.delivery(AGGLO)
    browser = office.api.browser("coordinator")
    page = await text(browser, f"/envois/{seen['id']}")
    for part in ("Bilan de l’hiver", "kept as", address(AGGLO), "Le message a été accepté"):
        assert part in page
    (mail,) = office.mailroom.to(address(AGGLO))
    sent = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]
    assert (await browser.get(f"/envois/{seen['id']}/texte.txt")).text == sent


async def test_a_failed_delivery_is_sent_again_from_its_page(office: Office) -> None:
    office.mailroom.refused.add(address(PARQUET))
    await office.fact(convened(office, PARQUET))
    await office.deliver()
    office.mailroom.refused.clear()
    seen = await office.delivery(PARQUET)
    browser = office.api.browser("coordinator")
    page = await text(browser, f"/envois/{seen['id']}")
    form = {"csrf": field(page, "csrf"), "command_id": str(uuid4())}
    answer = await browser.post(f"/envois/{seen['id']}/renvoyer", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/envois/{seen['id']}")
    await office.deliver()
    assert (await office.delivery(PARQUET))["state"] == "sent"
    again = await browser.post(f"/envois/{seen['id']}/renvoyer", data=form | {"command_id": str(uuid4())})
    assert again.status_code == 409
    assert "Seul un envoi non remis peut être renvoyé." in again.text


async def test_an_address_is_given_in_the_directory(office: Office) -> None:
    browser = office.api.browser("coordinator")
    path = f"/envois/annuaire/{office.ids[BAILLEUR]}"
    page = await text(browser, path)
    form = {name: field(page, name) for name in ("csrf", "command_id", "version")}
    wrong = await browser.post(path, data=form | {"email": "secretariat"})
    assert wrong.status_code == 422
    assert 'value="secretariat"' in wrong.text
    assert wrong.text.count("Indiquez une adresse complète") == 2
    right = await browser.post(path, data=form | {"email": address(BAILLEUR), "muted": ["plan-signed"]})
    assert right.status_code == 303
    assert "plan-signed" in await text(browser, path)
    assert address(BAILLEUR) in await text(browser, "/envois/annuaire")


async def test_a_change_made_meanwhile_is_not_overwritten(office: Office) -> None:
    browser = office.api.browser("coordinator")
    path = f"/envois/annuaire/{office.ids[PARQUET]}"
    page = await text(browser, path)
    await office.change(PARQUET, email="greffe@parquet.example")
    form = {name: field(page, name) for name in ("csrf", "command_id", "version")}
    stale = await browser.post(path, data=form | {"email": "autre@parquet.example"})
    assert stale.status_code == 412
    assert 'value="autre@parquet.example"' in stale.text


async def test_the_operator_reads_the_directory_without_a_form(office: Office) -> None:
    page = await text(office.api.browser("operator", title="exploitation"), f"/envois/annuaire/{office.ids[PARQUET]}")
    assert 'name="email"' not in page
    assert address(PARQUET) in page


async def test_what_needs_a_person_is_due(office: Office) -> None:
    office.mailroom.refused.add(address(PARQUET))
    await office.fact(convened(office, PARQUET, BAILLEUR))
    await office.deliver()
    panel = await text(office.api.browser("coordinator"), "/envois/a-faire")
    assert "Reprendre 1\u00a0envoi non remis" in panel
    assert "Indiquer les adresses qui manquent" in panel
    assert "<html" not in panel
    assert "envoi non remis" not in await text(office.api.browser("partner"), "/envois/a-faire")


async def test_the_calendar_entry_is_for_those_who_were_told(office: Office) -> None:
    fact = convened(office, PARQUET)
    await office.fact(fact)
    path = f"/envois/reunions/{fact.meeting_id}/agenda.ics"
    told = office.api.browser("prosecutor", institution=office.ids[PARQUET])
    assert "METHOD:PUBLISH" in await text(told, path)
    await text(office.api.browser("mayor", institution=office.ids[CALAIS]), path, status=404)


async def test_a_delivery_about_a_case_leads_to_the_case_and_shows_nothing_of_it(office: Office) -> None:
    case = uuid4()
    await office.fact(consulted(case))
    seen = await office.delivery(PARQUET)
    page = await text(office.api.browser("coordinator"), f"/envois/{seen['id']}")
    assert f'href="/dossiers/rappels/{case}"' in page
    assert "62193" not in page.replace("communes", "")
