"""Every component, as different people see and use it."""

from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from playwright.async_api import Browser

from tests.browser.chromium import Eyes, axe, hidden_focus, sideways
from tests.browser.conftest import Look
from tests.browser.workshop import serving, workshop

EVERYBODY = [
    Eyes(width, dark, forced)
    for width in (1280, 768, 320)
    for dark, forced in ((False, False), (True, False), (False, True))
]


@pytest.fixture(scope="module")
def components() -> Iterator[str]:
    with serving(workshop()) as base:
        yield f"{base}/exploitation/composants"


@pytest.mark.parametrize("eyes", EVERYBODY, ids=str)
async def test_axe_finds_nothing_and_nothing_scrolls_sideways(components: str, look: Look, eyes: Eyes) -> None:
    page = await look(components, eyes)
    assert await axe(page) == []
    assert await sideways(page) == 0


@pytest.mark.parametrize("eyes", [Eyes(1280), Eyes(320, dark=True)], ids=str)
async def test_the_focus_is_always_seen(components: str, look: Look, eyes: Eyes) -> None:
    assert await hidden_focus(await look(components, eyes)) == []


async def test_enlarged_four_times_nothing_scrolls_sideways(components: str, browser: Browser) -> None:
    context = await browser.new_context(viewport={"width": 320, "height": 256}, device_scale_factor=4)
    page = await context.new_page()
    await page.goto(components)
    assert await sideways(page) == 0
    await context.close()


async def test_wider_spacing_of_letters_and_lines_breaks_nothing(components: str, look: Look) -> None:
    page = await look(components, Eyes(320))
    await page.add_style_tag(
        content="* {line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important}"
        "p {margin-bottom: 2em !important}"
    )
    assert await sideways(page) == 0


async def test_the_error_summary_has_the_focus_and_leads_to_the_fields(components: str, look: Look) -> None:
    page = await look(components, Eyes())
    assert await page.evaluate("document.activeElement.id") == "erreurs"
    await page.get_by_role("link", name="Indiquez le lieu de la rencontre.").click()
    assert await page.evaluate("document.activeElement.id || location.hash.slice(1)") in ("place", "erreurs")
    assert await page.evaluate("location.hash") == "#place"
    assert await page.locator("#place").get_attribute("aria-describedby") == "place-erreur place-aide"
    assert await page.locator("#place").get_attribute("aria-invalid") == "true"


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "bare"])
async def test_the_menu_opens_and_escape_gives_the_focus_back(components: str, look: Look, script: bool) -> None:
    page = await look(components, Eyes(320, script=script))
    await page.get_by_role("button", name="Menu", exact=True).click()
    assert await page.get_by_role("link", name="Réunions", exact=True).is_visible()
    await page.keyboard.press("Escape")
    assert not await page.get_by_role("link", name="Réunions", exact=True).is_visible()
    focused = page.get_by_role("button", name="Menu", exact=True)
    assert await focused.evaluate("one => one === document.activeElement")


async def test_the_open_menu_stands_axe(components: str, look: Look) -> None:
    page = await look(components, Eyes(320))
    await page.get_by_role("button", name="Menu", exact=True).click()
    assert await axe(page) == []


async def test_enter_in_a_field_does_the_main_act(components: str, look: Look) -> None:
    page = await look(components, Eyes())
    await page.evaluate("document.querySelectorAll('form').forEach(one => one.action = '/exploitation/composants')")
    await page.locator("#subject").focus()
    async with page.expect_request(lambda request: request.method == "POST") as sent:
        await page.keyboard.press("Enter")
    posted = parse_qs((await sent.value).post_data or "", keep_blank_values=True)
    assert "take" not in posted
    assert "edit" not in posted
    assert posted["opens_at-date"] == ["21/02/2017"]


async def test_the_policy_of_the_page_lets_everything_of_ours_load(components: str, browser: Browser) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    await page.goto(components, wait_until="networkidle")
    assert [line for line in told if "Content Security Policy" in line] == []
    assert failed == []
    assert await page.evaluate("typeof htmx") == "object"
    assert await page.evaluate("document.fonts.check('16px \"Source Sans 3\"')")
    await context.close()


async def test_a_part_that_does_not_answer_leaves_its_link_and_says_so(components: str, look: Look) -> None:
    page = await look(components, Eyes())
    assert await page.get_by_role("link", name="Voir les échéances").is_visible()
    assert await page.get_by_text("Cette partie ne répond pas").is_visible()
