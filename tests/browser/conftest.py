"""A browser for the session; without one, a person sees a skip and a build fails."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import Eyes, chromium, executable

Look = Callable[[str, Eyes], Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = executable()
    if path is None:
        told = "no Chromium: install the Debian package chromium, or name one in CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    with chromium(path) as started:
        yield started


@pytest.fixture
def look(browser: Browser) -> Iterator[Look]:
    """`look(address, Eyes(…))`: the page as those eyes see it, typefaces loaded."""
    contexts = []

    def open_page(address: str, eyes: Eyes) -> Page:
        # axe is put into the page by the test, which the page's own policy would forbid.
        context = browser.new_context(**eyes.options(), bypass_csp=True)
        contexts.append(context)
        page = context.new_page()
        page.goto(address, wait_until="networkidle")
        return page

    yield open_page
    for context in contexts:
        context.close()
