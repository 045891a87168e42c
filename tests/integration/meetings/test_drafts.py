"""A form that is posted after its session has ended: nothing is done, and what was typed comes back."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.chassis.http.drafts import Draft
from services.chassis.identity.sessions import KNOWN_TIME, SESSION_COOKIE, SESSION_TIME, new_session
from tests.integration.meetings.conftest import PROSECUTION, Council
from tests.support.identity import principal
from tests.support.stale_forms import words

COORDINATOR = ("coordinator",)


@pytest.fixture
def late(council: Council) -> Any:
    """`late(ago)`: a browser whose session ended that long ago; `csrf` is what its forms carry."""

    def browser(ago: timedelta = timedelta(minutes=5), **said: Any) -> Any:
        made = council.api.browser(*COORDINATOR, **said)
        session = new_session(principal(*COORDINATOR, **said))
        made.cookies.set(SESSION_COOKIE, council.api.app.state.seal.close(session, -ago))
        made.csrf = session.csrf  # type: ignore[attr-defined]
        return made

    return browser


def draft_in(answer: httpx.Response) -> str:
    """The sealed draft in the page; "" without one."""
    found = re.search(r'name="draft" value="([^"]+)"', answer.text)
    return found.group(1) if found else ""


def again(browser: Any) -> dict[str, str]:
    return {"csrf": browser.csrf, "command_id": str(uuid4())}


async def forms(council: Council) -> dict[str, dict[str, str]]:
    """Forms of several kinds, and what is typed into them."""
    prepared, sitting = await council.meeting("Assemblée plénière"), await council.convened("Assemblée plénière")
    return {
        f"/conseil/reunions/{prepared}/convoquer": {"place": "Salle du Phare", "agenda-0-title": "Bilan des rappels"},
        f"/conseil/reunions/{sitting}/annuler": {"reason": "room-unavailable", "understood": "true"},
        f"/conseil/reunions/{sitting}/representants": {
            "institution_id": str(council.ids[PROSECUTION]),
            "holder": "Sophie Talleux",
            "capacity": "substitut du procureur",
        },
        f"/conseil/reunions/{sitting}/presences": {
            "attendance-0-institution_id": str(council.ids[PROSECUTION]),
            "attendance-0-presence": "represented",
            "attendance-0-represented_by": "Sophie Talleux, substitut",
        },
    }


async def test_what_was_typed_comes_back_after_signing_in_and_nothing_was_done(council: Council, late: Any) -> None:
    appended = None
    for address, typed in (await forms(council)).items():
        appended = appended or await council.api.appended()
        before, now = late(), council.api.browser(*COORDINATOR)
        refused = await before.post(address, data={**again(before), **typed})
        assert refused.status_code == 401
        assert "Votre saisie reste dans cette page pendant une heure" in words(refused.text)
        assert not any(text in refused.text for text in typed.values() if " " in text)
        shown = await now.post(address, data={"draft": draft_in(refused)})
        assert 400 <= shown.status_code < 500
        lost = [text for text in typed.values() if text not in unescape(shown.text)]
        assert not lost, (address, lost)
        assert f'value="{now.csrf}"' in shown.text
    assert await council.api.appended() == appended


async def test_what_came_back_is_done_once_when_it_is_sent_again(council: Council, late: Any) -> None:
    addressed = await forms(council)
    address = next(each for each in addressed if each.endswith("/representants"))
    before, now = late(), council.api.browser(*COORDINATOR)
    fields = {**again(before), **addressed[address]}
    draft = draft_in(await before.post(address, data=fields))
    shown = await now.post(address, data={"draft": draft})
    assert "Votre saisie est revenue et rien n’est encore enregistré" in words(shown.text)
    assert f'name="command_id" value="{fields["command_id"]}"' in shown.text
    for _ in range(2):
        assert (await now.post(address, data={**fields, "csrf": now.csrf})).status_code == 303
    mandated = [each for each in await council.api.appended() if "Mandated" in each]
    assert mandated == ["cispd.meetings.RepresentativeMandated.v1"]


async def test_who_is_still_not_signed_in_keeps_his_draft(council: Council, late: Any) -> None:
    address, typed = next(iter((await forms(council)).items()))
    before = late()
    draft = draft_in(await before.post(address, data={**again(before), **typed}))
    assert draft_in(await before.post(address, data={"draft": draft})) == draft


async def test_a_draft_is_for_its_author_its_form_and_its_hour_only(council: Council, late: Any) -> None:
    addressed = await forms(council)
    address, other = list(addressed)[:2]
    before, now = late(), council.api.browser(*COORDINATOR)
    draft = draft_in(await before.post(address, data={**again(before), **addressed[address]}))
    old = council.api.app.state.seal.close(
        Draft(subject=principal(*COORDINATOR).subject, path=address, fields=[]), timedelta(seconds=-1)
    )
    somebody_else = council.api.browser(*COORDINATOR, sub="somebody-else")
    for browser, path, sealed in (
        (somebody_else, address, draft),
        (now, other, draft),
        (now, address, draft[:-2]),
        (now, address, old),
        (now, address, ""),
    ):
        answer = await browser.post(path, data={"draft": sealed})
        assert answer.status_code == 409
        assert "Cette saisie ne peut plus être reprise" in words(answer.text)


async def test_a_form_of_nobody_known_or_from_elsewhere_is_not_kept(council: Council, late: Any) -> None:
    address, typed = next(iter((await forms(council)).items()))
    stranger, elsewhere, ancient = council.api.browser(*COORDINATOR), late(), late(KNOWN_TIME + SESSION_TIME)
    stranger.cookies.clear()
    for browser, fields in (
        (stranger, again(stranger)),
        (elsewhere, again(elsewhere) | {"csrf": "another"}),
        (ancient, again(ancient)),
    ):
        answer = await browser.post(address, data={**fields, **typed})
        assert (answer.status_code, draft_in(answer)) == (401, "")
        assert "Connectez-vous pour continuer" in words(answer.text)
