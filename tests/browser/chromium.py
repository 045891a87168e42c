"""A Chromium for the tests, and what every page must stand: axe, no sideways scrolling, a visible focus."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

AXE = (Path(__file__).parent / "vendor" / "axe.js").read_text()
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Eyes:
    """How a page is looked at."""

    width: int = 1280
    dark: bool = False
    forced: bool = False
    script: bool = True
    height: int = 900

    def __str__(self) -> str:
        words = [str(self.width), "dark" if self.dark else "light"]
        return "-".join(words + ["forced"] * self.forced + ["bare"] * (not self.script))

    def options(self) -> dict[str, Any]:
        """Options of a browser context."""
        return {
            "viewport": {"width": self.width, "height": self.height},
            "color_scheme": "dark" if self.dark else "light",
            "forced_colors": "active" if self.forced else "none",
            "java_script_enabled": self.script,
            "locale": "fr-FR",
        }


def executable() -> str | None:
    """The Chromium to use: CHROMIUM, or the one on the path."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@asynccontextmanager
async def chromium(path: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


async def axe(page: Page) -> list[str]:
    """What axe finds wrong: rule, help, and where."""
    await page.evaluate(AXE)
    found = await page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {rule['help']}: {[node['target'] for node in rule['nodes']][:5]}"
        for rule in found["violations"]
    ]


async def sideways(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


async def hidden_focus(page: Page, most: int = 250) -> list[str]:
    """Tabs through the page; the controls that show no ring or stay out of sight while they have the focus."""
    await page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    faults: list[str] = []
    for _ in range(most):
        await page.keyboard.press("Tab")
        seen = await page.evaluate(_FOCUSED)
        if seen is None:
            break
        if not seen["ring"] or not seen["inside"]:
            faults.append(seen["name"])
    return faults


_FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {
    name: one.outerHTML.slice(0, 120),
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    inside: box.width > 0 && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight,
  };
}"""
