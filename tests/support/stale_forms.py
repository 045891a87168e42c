"""Posts a form over an older version of what it is about, as somebody does who left it open over lunch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from uuid import uuid4

import httpx

from services.chassis.service import Service

Fields = Mapping[str, str]


def words(page: str) -> str:
    """The page with plain spaces."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", unescape(page))


def forms_of(service: Service) -> set[str]:
    """The addresses that take a form about something of the service's own; parked records have no version."""
    posted = {right.path for each in service.routes for right in each.rights if right.page and right.method == "POST"}
    return {path for path in posted if "{" in path}


async def sends_its_version(browser: httpx.AsyncClient, shown_at: str, address: str) -> None:
    """The page at `shown_at` holds a form for `address` that says which version it was made from."""
    page = (await browser.get(shown_at)).text
    forms = [form for form in re.findall(r"<form\b.*?</form>", page, re.DOTALL) if f'action="{address}"' in form]
    assert forms, f"{shown_at} shows no form for {address}"
    assert all(re.search(r'name="version" value="\d+"', form) for form in forms), forms


async def opened_with(browser: httpx.AsyncClient, address: str) -> str:
    """What the form at `address` carries of what is stored now."""
    return carried(await browser.get(address))


def carried(page: httpx.Response) -> str:
    """What the form of a page carries of what was stored when it was made, as it is posted again."""
    found = re.search(r'name="opened" value="([^"]*)"', page.text)
    return unescape(found[1]) if found else ""


async def is_refused_and_keeps_what_was_typed(browser: Any, address: str, fields: Fields, opened: str = "") -> str:
    """Posts `fields`, in a form `opened_with` that, with an old version; the page that comes back, in plain spaces."""
    given = {"csrf": browser.csrf, "command_id": str(uuid4()), "version": "98765", "opened": opened}
    answer = await browser.post(address, data={**given, **fields})
    assert answer.status_code == 412, words(answer.text)
    page = words(answer.text)
    assert re.search(r"Le contenu a changé depuis que vous l’avez ouvert \([^)]*\d+ h", page), page
    lost = [text for name, text in fields.items() if not _shown(answer.text, name, text)]
    assert not lost, f"{address} lost {lost}"
    # What comes back claims the version that is now shown, so that saving again works once compared.
    assert 'value="98765"' not in answer.text
    return page


def changed(page: str) -> dict[str, str]:
    """Field → what the page says was stored meanwhile."""
    found = re.findall(
        r'class="newer" id="([^"]*)-actuel"><strong>Enregistré entre-temps :</strong> ([^<]*)<', words(page)
    )
    return dict(found)


def _shown(page: str, name: str, text: str) -> bool:
    page = unescape(re.sub(r'<input type="hidden" name="opened"[^>]*>', "", page))
    if f"{text}</textarea>" in page or f'value="{text}"' not in page:
        return text in page
    controls = re.findall(r"<(?:input|option)\b[^>]*>", page)
    same = [control for control in controls if f'value="{text}"' in control]
    choices = [control for control in same if "radio" in control or "checkbox" in control or "<option" in control]
    return not choices or any("checked" in control or "selected" in control for control in choices)
