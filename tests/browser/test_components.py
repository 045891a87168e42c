"""Every component, as different people see and use it."""

from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser

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
def test_axe_finds_nothing_and_nothing_scrolls_sideways(components: str, look: Look, eyes: Eyes) -> None:
    page = look(components, eyes)
    assert axe(page) == []
    assert sideways(page) == 0


@pytest.mark.parametrize("eyes", [Eyes(1280), Eyes(320, dark=True)], ids=str)
def test_the_focus_is_always_seen(components: str, look: Look, eyes: Eyes) -> None:
    assert hidden_focus(look(components, eyes)) == []


def test_enlarged_four_times_nothing_scrolls_sideways(components: str, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 256}, device_scale_factor=4)
    page = context.new_page()
    page.goto(components)
    assert sideways(page) == 0
    context.close()


def test_wider_spacing_of_letters_and_lines_breaks_nothing(components: str, look: Look) -> None:
    page = look(components, Eyes(320))
    page.add_style_tag(
        content="* {line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important}"
        "p {margin-bottom: 2em !important}"
    )
    assert sideways(page) == 0


def test_the_error_summary_has_the_focus_and_leads_to_the_fields(components: str, look: Look) -> None:
    page = look(components, Eyes())
    assert page.evaluate("document.activeElement.id") == "erreurs"
    page.get_by_role("link", name="Indiquez le lieu de la rencontre.").click()
    assert page.evaluate("document.activeElement.id || location.hash.slice(1)") in ("place", "erreurs")
    assert page.evaluate("location.hash") == "#place"
    assert page.locator("#place").get_attribute("aria-describedby") == "place-erreur place-aide"
    assert page.locator("#place").get_attribute("aria-invalid") == "true"


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "bare"])
def test_the_menu_opens_and_escape_gives_the_focus_back(components: str, look: Look, script: bool) -> None:
    page = look(components, Eyes(320, script=script))
    page.get_by_role("button", name="Menu", exact=True).click()
    assert page.get_by_role("link", name="Réunions", exact=True).is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("link", name="Réunions", exact=True).is_visible()
    focused = page.get_by_role("button", name="Menu", exact=True)
    assert focused.evaluate("one => one === document.activeElement")


def test_the_open_menu_stands_axe(components: str, look: Look) -> None:
    page = look(components, Eyes(320))
    page.get_by_role("button", name="Menu", exact=True).click()
    assert axe(page) == []


def test_enter_in_a_field_does_the_main_act(components: str, look: Look) -> None:
    page = look(components, Eyes())
    page.evaluate("document.querySelectorAll('form').forEach(one => one.action = '/exploitation/composants')")
    page.locator("#subject").focus()
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.keyboard.press("Enter")
    posted = parse_qs(sent.value.post_data or "", keep_blank_values=True)
    assert "take" not in posted
    assert "edit" not in posted
    assert posted["opens_at-date"] == ["21/02/2017"]


def test_the_policy_of_the_page_lets_everything_of_ours_load(components: str, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("requestfailed", lambda request: told.append(request.url))
    page.goto(components, wait_until="networkidle")
    assert told == []
    assert page.evaluate("typeof htmx") == "object"
    assert page.evaluate("document.fonts.check('16px \"Source Sans 3\"')")
    context.close()
