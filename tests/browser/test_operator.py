"""The operator's story, played in a browser on the running system; docs/operator-story.md tells it."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from playwright.async_api import Browser, Page

from deploy.kafka.foreign import send
from deploy.local.stack import Stack
from tests.browser.chromium import Eyes, axe, hidden_focus, sideways
from tests.support.eventually import eventually

KARIM = "karim.ledoux"
LIST = "/exploitation/reporting/mises-de-cote"
RULE = "alter table reporting.institution add constraint institution_kind_known check (kind <> 'transport') not valid"
MENDED = "alter table reporting.institution drop constraint if exists institution_kind_known"
EYES = [Eyes(width, dark, forced) for width in (1280, 360) for dark in (False, True) for forced in (False, True)]


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


@pytest.fixture
async def rule(stack: Stack) -> AsyncIterator[asyncpg.Connection]:
    """A rule on a table that forgets a kind of institution, as a hasty migration may leave it."""
    admin = await asyncpg.connect(stack.admin_url)
    await admin.execute(RULE)
    yield admin
    await admin.execute(MENDED)
    await admin.close()


async def sign_in(page: Page, stack: Stack) -> None:
    await page.goto(f"{stack.url}/session/meetings/connexion?suite=/aide")
    await page.locator(f'button[value="{KARIM}"]').click()
    await page.wait_for_url("**/aide")


async def told(stack: Stack, key: str, version: int, name: str) -> None:
    """A partner's system tells of an institution."""
    changes = {"institution_id": key, "kind": "transport", "name": name, "version": str(version)}
    await asyncio.to_thread(send, stack.bootstrap, "InstitutionRegistered", changes)


async def stopped(stack: Stack) -> float:
    """What the alert is written on."""
    metrics = (await stack.http.get(f"{stack.addresses.service_url('reporting')}/metrics")).text
    found = re.search(
        r'^cispd_parked_stopped_records{reason="HandlerFailed",topic="cispd.bodies"} (\S+)$', metrics, re.M
    )
    return float(found[1]) if found else 0


async def is_stopped(stack: Stack, records: float) -> bool:
    return await stopped(stack) == records


async def name_of(admin: asyncpg.Connection, key: str) -> str | None:
    return await admin.fetchval("select name from reporting.institution where institution_id = $1::text::uuid", key)


async def look_at(page: Page, name: str) -> None:
    """As everybody sees it; CISPD_SCREENSHOTS names a folder for pictures."""
    folder = os.environ.get("CISPD_SCREENSHOTS")
    for eyes in EYES:
        await page.set_viewport_size({"width": eyes.width, "height": eyes.height})
        await page.emulate_media(
            color_scheme="dark" if eyes.dark else "light", forced_colors="active" if eyes.forced else "none"
        )
        assert await axe(page) == [], (name, str(eyes))
        assert await sideways(page) == 0, (name, str(eyes))
        if folder:
            await page.screenshot(path=Path(folder) / f"{name}-{eyes}.png", full_page=True)
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.emulate_media(color_scheme="light", forced_colors="none")
    await prints(page, name)
    assert await hidden_focus(page) == []


async def prints(page: Page, name: str) -> None:
    """On paper there is nothing to press, and nothing is wider than the sheet."""
    await page.emulate_media(media="print")
    pressed = await page.locator("main").get_by_role("button").count()
    assert (pressed, await sideways(page)) == (0, 0), name
    assert await page.get_by_role("columnheader", name="Décision").count() == 0, name
    if folder := os.environ.get("CISPD_SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / f"{name}-print.png", full_page=True)
    await page.emulate_media(media="screen")


async def test_a_bad_record_is_seen_its_cause_mended_and_it_is_retried_in_order(
    stack: Stack, rule: asyncpg.Connection, page: Page
) -> None:
    key, names = str(uuid4()), ("Bus de la baie", "Bus de la baie et des caps", "Mobilités de la baie")
    for version, name in enumerate(names, start=1):
        await told(stack, key, version, name)
    await eventually(lambda: is_stopped(stack, 1), within=60)
    await sign_in(page, stack)
    await page.goto(stack.url + LIST, wait_until="networkidle")
    text = await page.locator("main").inner_text()
    assert "institution_kind_known" in text
    assert "1 enregistrement mis de côté, 2 suivants en attente" in plain(text)
    await look_at(page, "list")
    await page.locator("th[scope=row] a").first.click()
    assert "Que faire" in await page.locator("main").inner_text()
    await look_at(page, "record")
    await page.get_by_role("button", name="Rejouer avec ses suivants").click()
    assert "1 essai a échoué" in plain(await page.get_by_role("status").inner_text())
    await look_at(page, "failed")
    await rule.execute(MENDED)
    await page.get_by_role("button", name="Rejouer avec ses suivants").click()
    assert "3 enregistrements rejoués et appliqués" in plain(await page.get_by_role("status").inner_text())
    assert await name_of(rule, key) == names[-1]
    await eventually(lambda: is_stopped(stack, 0), within=60)
    await look_at(page, "done")
    await page.goto(f"{stack.url}{LIST}/reglees", wait_until="networkidle")
    await look_at(page, "settled")


async def test_a_record_is_given_up_without_a_script_once_a_reason_is_written(
    stack: Stack, rule: asyncpg.Connection, bare: Page, page: Page
) -> None:
    key = str(uuid4())
    await told(stack, key, 1, "Bus fantôme")
    await eventually(lambda: is_stopped(stack, 1), within=60)
    await sign_in(page, stack)
    await page.goto(stack.url + LIST, wait_until="networkidle")
    await page.get_by_role("link", name="Écarter").first.click()
    await page.wait_for_url("**/ecarter")
    await look_at(page, "discard")
    await sign_in(bare, stack)
    await bare.goto(page.url)
    await bare.get_by_role("button", name="Écarter définitivement").last.click()
    assert (await bare.title()).startswith("Erreur")
    await bare.fill("#reason", "Institution dissoute avant sa création.")
    await bare.check("#understood")
    await bare.get_by_role("button", name="Écarter définitivement").last.click()
    assert "est écarté" in plain(await bare.get_by_role("status").inner_text())
    assert await name_of(rule, key) is None
    await eventually(lambda: is_stopped(stack, 0), within=60)


async def test_the_menu_leads_the_operator_to_what_was_put_aside(stack: Stack, page: Page) -> None:
    await sign_in(page, stack)
    await page.get_by_role("link", name="Exploitation").click()
    assert "/mises-de-cote" in page.url
    await look_at(page, "empty")


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")
