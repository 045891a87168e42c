"""What was put aside, as the operator sees it and settles it, by page and by API."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.chassis.http.drafts import DRAFT_TIME, Draft
from services.reporting.service import SERVICE
from tests.integration.parking.office import LISTED, PAGE, SECRET, Office

NewOffice = Callable[[], Awaitable[Office]]


@pytest.fixture
async def office(service_api: Any) -> Office:
    return await Office.open(await service_api(SERVICE))


def words(page: Any) -> str:
    """The page's text with plain spaces and apostrophes."""
    return plain(page.text)


def table(page: Any) -> str:
    """The text of the first table's rows."""
    return plain(page.text[page.text.index("<tbody") : page.text.index("</tbody")])


def plain(source: str) -> str:
    text = html.unescape(re.sub(r"<[^>]*>", " ", source)).replace("\u202f", " ").replace("\u00a0", " ")
    return " ".join(text.replace("’", "'").split())


async def test_the_list_says_reason_place_age_and_followers_but_no_content(office: Office) -> None:
    key, number = await office.told(SECRET, "Renommée", "Encore")
    page = await office.browser.get(PAGE)
    listed = await office.caller.get(LISTED)
    assert page.status_code == 200
    for expected in (
        "Traitement en échec",
        "La règle « kinds_known » de la table « institution » le refuse.",
        "1 enregistrement mis de côté, 2 suivants en attente",
        f"clé {key}",
        "cispd.bodies, partition 0, position 0",
    ):
        assert expected in words(page)
    (item,) = listed.json()["items"]
    assert (item["id"], item["reason"], item["followers"]) == (number, "HandlerFailed", 2)
    assert SECRET not in words(page) + listed.text


async def test_filters_narrow_page_and_api_alike(office: Office) -> None:
    first, _ = await office.told()
    _, unreadable = await office.told(SECRET, value=b"{")
    for query, api, kept, gone in (
        ("?raison=NotJson", "?reason=NotJson", "Contenu illisible", str(first)),
        (f"?cle={str(first)[:8]}", f"?key={str(first)[:8]}", str(first), "partition 0, position 1"),
        ("?sujet=cispd.bodies&raison=HandlerFailed", "?topic=cispd.bodies&reason=HandlerFailed", str(first), "n° 2"),
    ):
        rows = table(await office.browser.get(PAGE + query))
        assert kept in rows
        assert gone not in rows
        assert len((await office.caller.get(LISTED + api)).json()["items"]) == 1
    assert "ne répond à ces filtres" in words(await office.browser.get(f"{PAGE}?sujet=autre"))
    assert [one["stopped"] for one in (await office.caller.get(f"{LISTED}/counts")).json()] == [1, 1]
    assert (await office.caller.get(f"{LISTED}/{unreadable}")).json()["reason"] == "NotJson"


async def test_a_draft_from_a_session_that_is_over_settles_and_opens_nothing(office: Office) -> None:
    key, number = await office.told(SECRET, "Renommée")
    await office.mend()
    browser, seal = office.browser, office.api.app.state.seal
    for address, fields in (
        (f"{PAGE}/{number}/rejouer", [("suite", "cle")]),
        (f"{PAGE}/rejouer", []),
        (f"{PAGE}/{number}/contenu", []),
        (f"{PAGE}/{number}/ecarter", [("reason", "Doublon"), ("understood", "true")]),
    ):
        draft = Draft(subject="karim.ledoux", path=address, fields=fields)
        answer = await browser.post(address, data={"draft": seal.close(draft, DRAFT_TIME)}, follow_redirects=True)
        assert "Votre saisie est revenue et rien n'est encore enregistré" in words(answer)
        assert SECRET not in words(answer)
    assert await office.institution(key) is None
    assert [each["state"] for each in await office.api.rows("select state from parked_record")] == ["parked"] * 2


async def test_a_record_has_a_page_that_says_what_happened_and_what_to_do(office: Office) -> None:
    key, number = await office.told(SECRET, "Renommée")
    page = await office.browser.get(f"{PAGE}/{number}")
    for expected in ("Que faire", "Corrigez la cause, puis rejouez", "1 en attente", "consumer/applying.py:", str(key)):
        assert expected in words(page)
    assert SECRET not in words(page)
    follower = await office.browser.get(f"{PAGE}/{number + 1}")
    assert f"L'enregistrement {number} de la même clé attend encore" in words(follower)
    assert "/rejouer" not in follower.text
    assert (await office.browser.get(f"{PAGE}/{number + 99}")).status_code == 404


async def test_retrying_before_the_cause_is_mended_says_so_and_is_kept(office: Office) -> None:
    _, number = await office.told()
    page = await office.post(f"/{number}/rejouer", suite="cle")
    assert "1 essai a échoué" in words(page)
    assert "Karim Ledoux a rejoué l'enregistrement, sans succès" in words(page)
    tries = (await office.caller.get(f"{LISTED}/{number}")).json()["tries"]
    assert [(one["by"], one["outcome"]) for one in tries] == [("Karim Ledoux (karim.ledoux)", "failed")]


async def test_once_the_cause_is_mended_the_key_is_applied_in_order(office: Office) -> None:
    key, number = await office.told(SECRET, "Renommée", "La dernière")
    await office.mend()
    page = await office.post(f"/{number}/rejouer", suite="cle")
    assert "3 enregistrements rejoués et appliqués. Aucun n'attend plus derrière." in words(page)
    assert await office.institution(key) == "La dernière"
    assert "Aucun enregistrement n'est mis de côté." in words(page)
    settled = words(await office.browser.get(f"{PAGE}/reglees"))
    assert "3 enregistrements réglés" in settled
    assert "Karim Ledoux" in settled


async def test_one_is_retried_alone_on_demand_and_the_message_says_how_many_wait(office: Office) -> None:
    key, number = await office.told(SECRET, "Renommée", "La dernière")
    await office.mend()
    page = await office.post(f"/{number}/rejouer", suite="seul")
    assert "1 enregistrement rejoué et appliqué. 2 enregistrements attendent encore." in words(page)
    assert await office.institution(key) == SECRET


async def test_all_that_is_filtered_is_retried(office: Office) -> None:
    for _ in range(3):
        await office.told()
    await office.told(SECRET, value=b"{")
    await office.mend()
    page = await office.post("/rejouer", raison="HandlerFailed")
    assert "3 enregistrements rejoués et appliqués" in words(page)
    assert [one["reason"] for one in (await office.caller.get(LISTED)).json()["items"]] == ["NotJson"]


async def test_a_record_is_discarded_with_a_reason_and_a_tick_and_the_reason_stays(office: Office) -> None:
    key, number = await office.told(SECRET, "Renommée")
    form = words(await office.browser.get(f"{PAGE}/{number}/ecarter"))
    assert f"Écarter définitivement l'enregistrement {number} ?" in form
    assert "Renoncer" in form
    await office.mend()
    refused = await office.post(f"/{number}/ecarter", reason="Envoyé par erreur.")
    assert refused.status_code == 422
    assert "Cochez la case" in words(refused)
    assert "Envoyé par erreur." in words(refused)
    assert (await office.post(f"/{number}/ecarter", understood="true")).status_code == 422
    page = await office.post(f"/{number}/ecarter", reason="Envoyé par erreur.", understood="true")
    assert f"L'enregistrement {number} est écarté. 1 enregistrement rejoué et appliqué." in words(page)
    assert await office.institution(key) == "Renommée"
    assert "Karim Ledoux a écarté l'enregistrement. Motif : Envoyé par erreur." in words(
        await office.browser.get(f"{PAGE}/{number}")
    )


async def test_acting_on_what_is_settled_is_refused_in_french(office: Office) -> None:
    _, number = await office.told()
    await office.post(f"/{number}/ecarter", reason="Doublon.", understood="true")
    again = await office.post(f"/{number}/rejouer", suite="seul")
    assert again.status_code == 409
    assert "déjà été appliqué ou écarté" in words(again)
    assert (await office.browser.get(f"{PAGE}/{number}/ecarter")).status_code == 409


async def test_the_content_of_an_open_topic_is_shown_once_the_reading_is_written_down(office: Office) -> None:
    _, number = await office.told()
    page = await office.post(f"/{number}/contenu")
    assert SECRET in words(page)
    assert page.headers["cache-control"] == "no-store"
    rows = await office.api.rows("select parked_id, topic, by from parked_reading")
    assert rows == [{"parked_id": number, "topic": "cispd.bodies", "by": "Karim Ledoux (karim.ledoux)"}]


@pytest.mark.parametrize("topic", ["cispd.cases", "cispd.statistics", "somebody.elses"])
async def test_the_content_of_any_other_topic_is_not_shown(office: Office, topic: str) -> None:
    _, number = await office.told(topic=topic)
    assert "/contenu" not in (await office.browser.get(f"{PAGE}/{number}")).text
    refused = await office.post(f"/{number}/contenu")
    assert refused.status_code == 403
    assert SECRET not in words(refused)
    assert await office.api.rows("select * from parked_reading") == []


async def test_more_than_a_page_is_paged(office: Office) -> None:
    for _ in range(3):
        await office.told(value=b"{")
    await office.api.rows(
        """insert into parked_record (consumer, topic, partition, "offset", reason, detail, value, headers, recorded_at,
        parked_at, attempted_at) select 'reporting', 'cispd.bodies', 7, number, 'WrongKey', '', '', '[]', now(), now(),
        now() from generate_series(1, 60) as number"""
    )
    first = words(await office.browser.get(PAGE))
    assert "1 à 50 sur 63" in first
    second = words(await office.browser.get(f"{PAGE}?page=2"))
    assert "51 à 63 sur 63" in second
    assert "Page 2 sur 2" in second


async def test_the_api_names_its_refusals_and_repeats_harmlessly(office: Office) -> None:
    key, number = await office.told(SECRET, "Renommée")
    caller = office.caller
    behind = await caller.post(f"{LISTED}/{number + 1}/retry", json={})
    assert (behind.status_code, behind.json()["code"]) == (409, "BehindAnother")
    assert (await caller.post(f"{LISTED}/{number + 9}/retry", json={})).json()["code"] == "NotFound"
    assert (await caller.post(f"{LISTED}/{number}/discard", json={"reason": "  "})).json()["code"] == "ReasonMissing"
    await office.mend()
    retries = [caller.post(f"{LISTED}/{number}/retry", json={"key": True}) for _ in range(20)]
    answers = [answer.json() for answer in await asyncio.gather(*retries)]
    assert sum(answer["applied"] for answer in answers) == 2
    assert (await caller.post(f"{LISTED}/{number}/retry", json={})).json()["applied"] == 0
    late = await caller.post(f"{LISTED}/{number}/discard", json={"reason": "trop tard"})
    assert (late.status_code, late.json()["code"]) == (409, "AlreadySettled")
    assert await office.institution(key) == "Renommée"
    assert [one["state"] for one in (await caller.get(f"{LISTED}/settled")).json()["items"]] == ["applied", "applied"]


async def test_a_discard_by_api_may_be_repeated_with_its_reason_and_no_other(office: Office) -> None:
    _, number = await office.told()
    for reason, status in (("Doublon", 200), ("Doublon", 200), ("Autre", 409)):
        answer = await office.caller.post(f"{LISTED}/{number}/discard", json={"reason": reason})
        assert answer.status_code == status
    tries = (await office.caller.get(f"{LISTED}/{number}")).json()["tries"]
    assert [(one["outcome"], one["reason"]) for one in tries] == [("discarded", "Doublon")]


async def test_all_that_fits_is_retried_by_api(office: Office) -> None:
    await office.told()
    key, _ = await office.told()
    await office.mend()
    answer = await office.caller.post(f"{LISTED}/retry", json={"key": str(key)})
    assert answer.json() == {"applied": 1, "failed": 0, "waiting": 0, "more": False}
    assert len((await office.caller.get(LISTED)).json()["items"]) == 1


@pytest.mark.parametrize("role", ["coordinator", "data_protection_officer"])
async def test_nobody_else_sees_or_settles_anything(office: Office, role: str) -> None:
    _, number = await office.told()
    assert (await office.api.browser(role).get(f"{PAGE}/{number}")).status_code == 403
    assert (await office.api.caller(role).get(f"{LISTED}/{number}")).status_code == 403
    assert (await office.api.caller(role).post(f"{LISTED}/retry", json={})).status_code == 403
