"""The main pages of each service on the running system, as the coordinator and as a partner see them."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from deploy.local.stack import Stack
from services.chassis.identity.sessions import SESSION_COOKIE, Seal, Session
from tests.browser.chromium import Eyes, axe, hidden_focus, sideways
from tests.browser.council import CLAIRE, Council, prepare

PARTNER = "yann.fourcroy"
PAGES = {
    "home": "/",
    "meetings": "/conseil/reunions",
    "meeting": "/conseil/reunions/{held}",
    "plan": "/conseil/plans/{plan}",
    "recalls": "/dossiers/rappels",
    "recall": "/dossiers/rappels/{recall}",
    "deliveries": "/envois",
    "dashboard": "/chiffres",
}
OPEN_TO_PARTNERS = ("home", "meetings", "meeting", "plan", "deliveries", "dashboard")


@pytest.fixture(scope="module")
async def council(stack: Stack) -> Council:
    return await prepare(stack)


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(**Eyes().options(), bypass_csp=True)
    yield await context.new_page()
    await context.close()


@pytest.fixture
async def bare(browser: Browser) -> AsyncIterator[Page]:
    """A browser that runs no script."""
    context = await browser.new_context(**Eyes(script=False).options())
    yield await context.new_page()
    await context.close()


async def sign_in(page: Page, stack: Stack, person: str) -> None:
    await page.goto(f"{stack.url}/session/meetings/connexion?suite=/aide")
    await page.locator(f'button[value="{person}"]').click()
    await page.wait_for_url("**/aide")


@pytest.mark.parametrize("name", PAGES)
async def test_the_coordinator_meets_no_barrier(stack: Stack, council: Council, page: Page, name: str) -> None:
    await sign_in(page, stack, CLAIRE)
    await _look_at(page, stack, council, name)


@pytest.mark.parametrize("name", OPEN_TO_PARTNERS)
async def test_a_partner_meets_no_barrier(stack: Stack, council: Council, page: Page, name: str) -> None:
    await sign_in(page, stack, PARTNER)
    await _look_at(page, stack, council, name)


async def _look_at(page: Page, stack: Stack, council: Council, name: str) -> None:
    answer = await page.goto(stack.url + PAGES[name].format(**vars(council)), wait_until="networkidle")
    assert answer is not None
    assert answer.status == 200
    for width in (1280, 320):
        await page.set_viewport_size({"width": width, "height": 900})
        assert await axe(page) == []
        assert await sideways(page) == 0
    await page.set_viewport_size({"width": 1280, "height": 900})
    assert await hidden_focus(page) == []


async def test_a_case_is_closed_to_a_partner(stack: Stack, council: Council, page: Page) -> None:
    await sign_in(page, stack, PARTNER)
    answer = await page.goto(f"{stack.url}/dossiers/rappels/{council.recall}")
    assert answer is not None
    assert answer.status in (403, 404)
    assert "RAO-" not in await page.content()


async def test_a_refused_meeting_keeps_what_was_typed_and_is_planned_once_corrected(
    stack: Stack, council: Council, bare: Page
) -> None:
    await sign_in(bare, stack, CLAIRE)
    await bare.goto(f"{stack.url}/conseil/reunions/planifier")
    await bare.locator("[name=body_id]").first.wait_for(state="attached")
    await _choose_body(bare, council)
    await bare.fill("#subject", "Éclairage des abords du stade")
    await bare.fill("#starts_at-date", "13/6/17")
    await bare.fill("#starts_at-time", "9h30")
    async with bare.expect_response(lambda one: one.request.method == "POST") as refused:
        await bare.locator("button.main").click()
    assert (await refused.value).status == 422
    assert (await bare.title()).startswith("Erreur")
    assert await bare.input_value("#subject") == "Éclairage des abords du stade"
    assert await bare.input_value("#starts_at-date") == "13/6/17"
    assert await bare.locator("#place").get_attribute("aria-invalid") == "true"
    await bare.fill("#place", "Hôtel communautaire, Calais")
    await bare.locator("button.main").click()
    assert "mardi 13" in (await bare.locator("h1").inner_text()).lower()
    assert await bare.get_by_role("status").count() == 1


async def _choose_body(page: Page, council: Council) -> None:
    select = page.locator("select[name=body_id]")
    if await select.count():
        await select.select_option(str(council.group))
    else:
        await page.locator(f'input[name=body_id][value="{council.group}"]').check()


async def test_what_was_stored_meanwhile_stands_beside_what_was_typed(
    stack: Stack, council: Council, page: Page
) -> None:
    meeting, claire = uuid4(), {"Authorization": f"Bearer {await stack.token(CLAIRE)}"}
    planned = {"body_id": str(council.group), "subject": "Abords du stade", "place": "Calais"}
    planned["starts_at"] = "2017-06-13T09:30:00+02:00"
    moved = {"starts_at": "2017-06-13T16:30:00+02:00", "place": "Hôtel de ville", "reason": "room-unavailable"}
    address = f"/api/meetings/{meeting}"
    assert (await stack.http.put(stack.url + address, json=planned, headers=claire)).status_code == 201
    await sign_in(page, stack, CLAIRE)
    await page.goto(f"{stack.url}/conseil/reunions/{meeting}/reporter", wait_until="networkidle")
    await page.fill("#place", "Salle du Phare")
    await page.fill("#starts_at-date", "27/06/2017")
    await page.locator("input[name=reason]").first.check()
    told = await stack.http.put(f"{stack.url}{address}/rescheduling/{uuid4()}", json=moved, headers=claire)
    assert told.status_code == 200, told.text
    async with page.expect_response(lambda one: one.request.method == "POST") as refused:
        await page.locator("button.main").click()
    assert (await refused.value).status == 412
    await page.wait_for_load_state("networkidle")
    assert await page.input_value("#place") == "Salle du Phare"
    assert await page.input_value("#starts_at-date") == "27/06/2017"
    assert [plain(text) for text in await page.locator(".newer").all_inner_texts()] == [
        "Enregistré entre-temps : 16 h 30",
        "Enregistré entre-temps : Hôtel de ville",
    ]
    assert "place-actuel" in (await page.get_attribute("#place", "aria-describedby") or "").split()
    await _meets_no_barrier(page, "changed")


@pytest.mark.parametrize("script", [True, False])
async def test_what_was_typed_outlives_the_session_and_is_sent_by_its_author(
    stack: Stack, council: Council, browser: Browser, script: bool
) -> None:
    context = await browser.new_context(**Eyes(script=script).options(), bypass_csp=True)
    page, subject = await context.new_page(), f"Abords du stade {uuid4()}"
    await sign_in(page, stack, CLAIRE)
    await page.goto(f"{stack.url}/conseil/reunions/planifier")
    await _choose_body(page, council)
    await page.fill("#subject", subject)
    await page.fill("#starts_at-date", "13/6/17")
    await page.fill("#starts_at-time", "9h30")
    await page.fill("#place", "Hôtel communautaire, Calais")
    await end_session(context, stack)
    async with page.expect_response(lambda one: one.request.method == "POST") as refused:
        await page.locator("button.main").click()
    assert (await refused.value).status == 401
    await page.wait_for_load_state("networkidle")
    if script:
        await _meets_no_barrier(page, "session-over")
    async with context.expect_page() as opened:
        await page.get_by_role("link", name="Se connecter (nouvel onglet)").click()
    other = await opened.value
    await other.locator(f'button[value="{CLAIRE}"]').click()
    await other.wait_for_url(f"{stack.url}/")
    await page.get_by_role("button", name="Reprendre ma saisie").click()
    await page.locator("#subject").wait_for()
    assert await page.input_value("#subject") == subject
    assert await page.input_value("#starts_at-date") == "13/6/17"
    assert "rien n’est encore enregistré" in plain(await page.locator("#erreurs").inner_text())
    if script:
        await _meets_no_barrier(page, "session-resumed")
    await page.locator("button.main").click()
    await page.get_by_role("status").wait_for()
    claire = {"Authorization": f"Bearer {await stack.token(CLAIRE)}"}
    listed = await stack.http.get(f"{stack.url}/api/meetings", params={"limit": 200}, headers=claire)
    assert [each["subject"] for each in listed.json()["items"]].count(subject) == 1
    await context.close()


async def end_session(context: BrowserContext, stack: Stack) -> None:
    """The session's eight hours are over; its cookie is still there."""
    (cookie,) = [each for each in await context.cookies() if each["name"] == SESSION_COOKIE]
    seal = Seal(stack.addresses.service_settings("meetings")["CISPD_SESSION_KEY"])
    session = seal.open(cookie["value"], Session)
    assert session is not None
    await context.add_cookies([{**cookie, "value": seal.close(session, timedelta(minutes=-5))}])  # type: ignore[typeddict-item]


async def _meets_no_barrier(page: Page, name: str) -> None:
    for eyes in [Eyes(width, dark) for width in (1280, 360) for dark in (False, True)]:
        await page.set_viewport_size({"width": eyes.width, "height": eyes.height})
        await page.emulate_media(color_scheme="dark" if eyes.dark else "light")
        assert (await axe(page), await sideways(page)) == ([], 0), str(eyes)
        if folder := os.environ.get("CISPD_SCREENSHOTS"):
            await page.screenshot(path=Path(folder) / f"{name}-{eyes}.png", full_page=True)


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


async def test_signing_out_ends_the_session(stack: Stack, council: Council, bare: Page) -> None:
    await sign_in(bare, stack, CLAIRE)
    await bare.get_by_role("button", name="Se déconnecter").click()
    await bare.goto(f"{stack.url}/conseil/reunions")
    assert "/identite/" in bare.url
