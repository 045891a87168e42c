"""The front door: one address, every service behind it by its prefix."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.integration.local.conftest import Front
from tests.support.eventually import eventually


class Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """The test session keeps its own."""


@asynccontextmanager
async def listening(app: Starlette, port: int) -> AsyncIterator[None]:
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off", proxy_headers=False)
    server = Server(config)
    task = asyncio.create_task(server.serve())
    try:
        await eventually(lambda: server.started)
        yield
    finally:
        server.should_exit = True
        await task


def service(name: str, release: asyncio.Event) -> Starlette:
    async def echo(request: Request) -> Response:
        body = (await request.body()).decode()
        response = PlainTextResponse(f"{name} {request.method} {request.url.path}?{request.url.query} {body}")
        response.set_cookie("first", "1")
        response.set_cookie("second", "2")
        return response

    async def slowly(_: Request) -> Response:
        async def words() -> AsyncIterator[bytes]:
            yield b"first"
            await release.wait()
            yield b"second"

        return StreamingResponse(words())

    async def caller(request: Request) -> Response:
        return PlainTextResponse(str(request.client.port if request.client else ""))

    async def refuse(_: Request) -> Response:
        return PlainTextResponse("too large", 413)

    methods = ["GET", "PUT", "POST"]
    own = [Route("/conseil/lent", slowly), Route("/conseil/appelant", caller)]
    own += [Route("/conseil/refus", refuse, methods=methods)]
    return Starlette(routes=[*own, Route("/{path:path}", echo, methods=methods)])


@pytest.fixture
async def release() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
async def services(front: Front, release: asyncio.Event) -> AsyncIterator[None]:
    ports = front.addresses.services
    meetings = listening(service("meetings", release), ports["meetings"])
    cases = listening(service("cases", release), ports["cases"])
    async with meetings, cases:
        yield


@pytest.mark.usefixtures("services")
async def test_a_path_reaches_the_service_that_owns_its_prefix(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/conseil/reunions?etat=tenue")).text == "meetings GET /conseil/reunions?etat=tenue "
    assert (await browser.get("/terrain/permanences")).text.startswith("cases GET")
    assert (await browser.get("/")).text.startswith("meetings GET /")
    assert (await browser.get("/session/cases/connexion")).text.startswith("cases GET")


@pytest.mark.usefixtures("services")
async def test_bodies_and_cookies_pass_unchanged(browser: httpx.AsyncClient) -> None:
    answer = await browser.put("/api/meetings/1", content="une réunion".encode())
    assert answer.text == "meetings PUT /api/meetings/1? une réunion"
    assert len(answer.headers.get_list("set-cookie")) == 2


@pytest.mark.usefixtures("services")
async def test_an_answer_is_passed_on_while_it_is_being_written(
    browser: httpx.AsyncClient, release: asyncio.Event
) -> None:
    async with browser.stream("GET", "/conseil/lent") as answer:
        pieces = answer.aiter_bytes()
        assert await anext(pieces) == b"first"
        release.set()
        assert await anext(pieces) == b"second"


@pytest.mark.usefixtures("services")
async def test_a_body_without_a_length_passes_piece_by_piece(browser: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"une "
        yield b"reunion"

    answer = await browser.put("/api/meetings/1", content=pieces())
    assert answer.text == "meetings PUT /api/meetings/1? une reunion"


@pytest.mark.usefixtures("services")
async def test_an_answer_that_comes_before_the_whole_body_is_passed_on(browser: httpx.AsyncClient) -> None:
    answer = await browser.put("/conseil/refus", content=b"x" * 4_000_000)
    assert (answer.status_code, answer.text) == (413, "too large")


@pytest.mark.usefixtures("services")
async def test_the_question_for_a_head_has_no_body_and_leaves_the_connection_usable(browser: httpx.AsyncClient) -> None:
    assert (await browser.head("/conseil/reunions")).text == ""
    assert (await browser.get("/conseil/reunions")).text == "meetings GET /conseil/reunions? "


@pytest.mark.usefixtures("services")
async def test_one_connection_to_a_service_is_enough_for_requests_one_after_another(
    browser: httpx.AsyncClient,
) -> None:
    ports = {(await browser.get("/conseil/appelant")).text for _ in range(5)}
    assert len(ports) == 1


async def test_a_service_that_was_started_again_is_reached_at_once(
    front: Front, browser: httpx.AsyncClient, release: asyncio.Event
) -> None:
    for _ in range(2):
        async with listening(service("meetings", release), front.addresses.services["meetings"]):
            assert (await browser.get("/conseil/reunions")).status_code == 200


async def test_a_service_that_is_down_is_a_sentence_for_people_and_a_problem_for_programs(
    browser: httpx.AsyncClient,
) -> None:
    page = await browser.get("/envois?etat=echec&apres=50")
    problem = await browser.get("/api/deliveries")
    assert (page.status_code, problem.status_code) == (503, 503)
    assert "Les envois ne répondent pas pour l’instant. Rien n’est perdu" in page.text
    assert '<a class="button main" href="/envois?etat=echec&amp;apres=50">Réessayer</a>' in page.text
    assert problem.json()["code"] == "ServiceDown"
    assert problem.headers["content-type"] == "application/problem+json"
    assert page.headers["retry-after"] == "5"


async def test_a_page_of_nobody_is_told_in_the_layout_of_the_others(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/nulle-part")
    assert page.status_code == 404
    assert "Cette page n’existe pas, ou vous n’y avez pas accès." in page.text
    assert "<h1>Page introuvable</h1>" in page.text
    assert "style-src 'self'" in page.headers["content-security-policy"]


async def test_a_path_of_nobody_is_not_found(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/health/ready")).status_code == 404
    assert (await browser.get("/metrics")).status_code == 404
