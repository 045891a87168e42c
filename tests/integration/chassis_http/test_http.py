"""What every service answers by HTTP, shown on one that has no domain."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from starlette.responses import HTMLResponse, Response

from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Aggregate, Decision
from services.chassis.errors import Refusal
from services.chassis.http import PUBLIC, SIGNED_IN, Look, Routes
from services.chassis.service import Service
from tests.support.api import Api

PROBLEM = "application/problem+json"


@dataclass(frozen=True, kw_only=True)
class Thing(Aggregate):
    word: str = ""


class Say(Command):
    """Says a word."""

    word: str


class WordTaken(Refusal):
    sentence = "Ce mot est déjà pris."


async def say(thing_id: UUID, command: Say, act: Act) -> Decision[Thing]:
    """Keeps the number of words said under the row lock of its own ledger line."""
    if command.word == "taken":
        raise WordTaken
    thing = Thing(id=thing_id, word=command.word)
    return Decision(state=act.current(thing), events=())


def echo_service() -> Service:
    routes = Routes()
    routes.create("/api/meetings/{thing_id}", Say, say, allow={"coordinator"})
    routes.act("/api/meetings/{thing_id}/word", Say, say, allow={"coordinator"})

    @routes.read("/api/meetings/{thing_id}", allow=SIGNED_IN)
    async def thing(look: Look, thing_id: UUID) -> dict[str, str]:
        return {"id": str(thing_id), "by": look.by.subject, "user": await look.tx.fetchval("select current_user")}

    @routes.read("/api/meetings/{thing_id}/broken", allow=PUBLIC)
    async def broken(look: Look, thing_id: UUID) -> dict[str, str]:
        raise RuntimeError("Jean Dupont")

    @routes.page("/conseil/things", allow={"coordinator"})
    async def page(look: Look) -> Response:
        return HTMLResponse("page")

    @routes.form("/conseil/things", allow={"coordinator"})
    async def form(look: Look) -> Response:
        assert look.form is not None
        receipt = await look.perform(say, uuid4(), Say(word=str(look.form["word"])), command_id=uuid4())
        return HTMLResponse(f"said {receipt.version} {await look.tx.fetchval('select count(*) from command_ledger')}")

    return Service(name="meetings", package="services.meetings", routes=[routes])


@pytest.fixture
async def api(service_api: Callable[..., Awaitable[Api]]) -> Api:
    return await service_api(echo_service())


async def test_a_command_answers_a_receipt_with_its_version_as_etag(api: Api) -> None:
    answer = await api.caller("coordinator").put(f"/api/meetings/{uuid4()}", json={"word": "x"})
    assert (answer.status_code, answer.json()["repeated"], answer.headers["etag"]) == (201, False, '"0"')


async def test_a_command_repeated_is_answered_as_before(api: Api) -> None:
    caller, path = api.caller("coordinator"), f"/api/meetings/{uuid4()}"
    first, second = [await caller.put(path, json={"word": "x"}) for _ in range(2)]
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json() | {"repeated": True}


async def test_fifty_repeats_at_once_are_done_once(api: Api) -> None:
    caller, path = api.caller("coordinator"), f"/api/meetings/{uuid4()}"
    answers = await asyncio.gather(*(caller.put(path, json={"word": "x"}) for _ in range(50)))
    assert sorted(answer.json()["repeated"] for answer in answers) == [False] + [True] * 49


async def test_the_same_id_with_another_content_is_a_conflict(api: Api) -> None:
    caller, path = api.caller("coordinator"), f"/api/meetings/{uuid4()}"
    await caller.put(path, json={"word": "x"})
    answer = await caller.put(path, json={"word": "y"})
    assert (answer.status_code, answer.json()["code"]) == (409, "CommandIdReused")


async def test_a_refused_command_leaves_nothing_and_may_be_tried_again(api: Api) -> None:
    caller, path = api.caller("coordinator"), f"/api/meetings/{uuid4()}/word/{uuid4()}"
    answer = await caller.put(path, json={"word": "taken"})
    assert (answer.status_code, answer.json()["code"]) == (409, "WordTaken")
    assert answer.headers["content-type"] == PROBLEM
    assert await api.rows("select * from command_ledger") == []
    assert (await caller.put(path, json={"word": "free"})).status_code == 200


async def test_a_stale_version_is_refused(api: Api) -> None:
    answer = await api.caller("coordinator").put(
        f"/api/meetings/{uuid4()}/word/{uuid4()}", json={"word": "x"}, headers={"If-Match": '"7"'}
    )
    assert (answer.status_code, answer.json()["code"]) == (412, "StaleVersion")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{not json", 400, "MalformedJson"),
        (b"", 422, "InvalidInput"),
        (b'{"word": "x", "more": 1}', 422, "InvalidInput"),
        (b'{"word": 3}', 422, "InvalidInput"),
        (b'{"word": "' + b"x" * 1_100_000 + b'"}', 413, "BodyTooLarge"),
    ],
    ids=["malformed", "empty", "unknown field", "wrong type", "too large"],
)
async def test_a_bad_body_is_refused_by_name(api: Api, body: bytes, status: int, code: str) -> None:
    answer = await api.caller("coordinator").put(
        f"/api/meetings/{uuid4()}", content=body, headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await api.rows("select * from command_ledger") == []


async def test_callers_without_a_good_token_or_right_are_refused(api: Api) -> None:
    path, body = f"/api/meetings/{uuid4()}", {"word": "x"}
    nobody = await api.caller().put(path, json=body)
    expired = await api.caller("coordinator", lasts=-5).put(path, json=body)
    partner = await api.caller("partner").put(path, json=body)
    assert [(a.status_code, a.json()["code"]) for a in (nobody, expired, partner)] == [
        (401, "NotSignedIn"),
        (401, "SessionOver"),
        (403, "NotAllowed"),
    ]
    assert nobody.headers["www-authenticate"] == "Bearer"


async def test_a_reading_runs_as_the_least_privileged_role(api: Api) -> None:
    answer = await api.caller("partner").get(f"/api/meetings/{uuid4()}")
    assert answer.json()["user"] == "meetings"


async def test_a_fault_of_ours_says_nothing_of_its_inside(api: Api) -> None:
    answer = await api.caller().get(f"/api/meetings/{uuid4()}/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "Broken")
    assert "Dupont" not in answer.text


async def test_a_page_sends_a_stranger_to_sign_in_and_back(api: Api) -> None:
    answer = await api.caller().get("/conseil/things?tri=date")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/session/meetings/connexion?suite=%2Fconseil%2Fthings%3Ftri%3Ddate"


async def test_a_form_needs_the_token_of_its_session(api: Api) -> None:
    browser = api.browser("coordinator")
    forged = await browser.post("/conseil/things", data={"word": "x"})
    good = await browser.post("/conseil/things", data={"word": "x", "csrf": browser.csrf})  # type: ignore[attr-defined]
    assert (forged.status_code, good.status_code) == (403, 200)
    assert good.text == "said 0 1"


async def test_ten_forms_at_once_do_not_starve_a_pool_of_two(api: Api) -> None:
    api.running.database._sizes = (0, 2)
    browser = api.browser("coordinator")
    data = {"word": "x", "csrf": browser.csrf}  # type: ignore[attr-defined]
    answers = await asyncio.gather(*(browser.post("/conseil/things", data=data) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}


async def test_a_page_that_does_not_exist_is_told_in_french(api: Api) -> None:
    page = await api.browser("coordinator").get("/conseil/nowhere")
    document = await api.caller().get("/api/nowhere")
    assert page.status_code == 404
    assert "n’existe pas" in page.text
    assert document.json()["code"] == "NotFound"


async def test_the_api_is_described_with_its_problems_and_its_token(api: Api) -> None:
    document = (await api.caller().get("/api/operations/meetings/openapi.json")).json()
    operation = document["paths"]["/api/meetings/{thing_id}"]["put"]
    assert document["openapi"].startswith("3.1")
    assert operation["security"] == [{"bearer": []}]
    assert list(operation["responses"]["409"]["content"]) == [PROBLEM]
    assert "Problem" in document["components"]["schemas"]
    assert not any("conseil" in path for path in document["paths"])


async def test_health_tells_what_is_needed(api: Api) -> None:
    ready = await api.caller().get("/health/ready")
    assert (ready.status_code, ready.json()["needs"]["database"]["ok"]) == (200, True)
    assert (await api.caller().get("/health/live")).json() == {"live": True, "stalled": []}
