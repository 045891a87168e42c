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
    server = Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off"))
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

    methods = ["GET", "PUT", "POST"]
    return Starlette(routes=[Route("/conseil/lent", slowly), Route("/{path:path}", echo, methods=methods)])


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


async def test_a_service_that_is_down_is_a_sentence_for_people_and_a_problem_for_programs(
    browser: httpx.AsyncClient,
) -> None:
    page = await browser.get("/envois")
    problem = await browser.get("/api/deliveries")
    assert (page.status_code, problem.status_code) == (503, 503)
    assert "Rien n’est perdu" in page.text
    assert problem.headers["content-type"] == "application/problem+json"
    assert page.headers["retry-after"] == "5"


async def test_a_path_of_nobody_is_not_found(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/health/ready")).status_code == 404
    assert (await browser.get("/metrics")).status_code == 404
