"""A browser for the session; without one, a person sees a skip and a build fails."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from tests.browser.chromium import Eyes, chromium, executable

Look = Callable[[str, Eyes], Awaitable[Page]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = executable()
    if path is None:
        told = "no Chromium: install the Debian package chromium, or name one in CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    async with chromium(path) as started:
        yield started


@pytest.fixture
async def look(browser: Browser) -> AsyncIterator[Look]:
    """`await look(address, Eyes(…))`: the page as those eyes see it, typefaces loaded."""
    contexts: list[BrowserContext] = []

    async def open_page(address: str, eyes: Eyes) -> Page:
        # axe is put into the page by the test, which the page's own policy would forbid.
        context = await browser.new_context(**eyes.options(), bypass_csp=True)
        contexts.append(context)
        page = await context.new_page()
        await page.goto(address, wait_until="networkidle")
        return page

    yield open_page
    for context in contexts:
        await context.close()
