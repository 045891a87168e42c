"""A way to a service that insists: every command it carries is sent many times, then changed, then stale.

A test plays a life of its aggregates through the API as usual; whatever succeeds is checked here.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.chassis.http.app import all_routes
from services.chassis.service import Service
from tests.support.api import Api

AT_ONCE, ALWAYS = 50, 5
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@dataclass
class Insisting:
    """`seen` are the command routes that were carried; the first command is sent fifty times at once, others five."""

    api: Api
    service: Service
    seen: set[str] = field(default_factory=set)

    def around(self, transport: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
        return _Way(self, transport)

    def left_out(self) -> set[str]:
        """Command routes of the service that no command went by."""
        return self._routes().keys() - self.seen

    def _routes(self) -> dict[str, re.Pattern[str]]:
        routes = all_routes(self.service, local=False)
        paths = [right.path for each in routes for right in each.rights if right.method == "PUT"]
        return {path: re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$") for path in paths}

    def route_of(self, path: str) -> str:
        return next(route for route, pattern in self._routes().items() if pattern.match(path))

    async def facts(self) -> list[str]:
        return await self.api.appended()

    async def commands(self) -> int:
        return (await self.api.rows("select count(*) from command_ledger"))[0]["count"]


@pytest.fixture(name="service_api")
async def insisting(service_api: Callable[..., Awaitable[Api]]) -> Callable[..., Awaitable[Api]]:
    """For a test module to import: its services are reached by a way that insists, `api.insisting`."""

    async def start(service: Service, now: datetime | None = None) -> Api:
        api = await service_api(service, now)
        api.insisting = Insisting(api, service)
        api.around = api.insisting.around
        return api

    return start


@dataclass
class _Way(httpx.AsyncBaseTransport):
    insisting: Insisting
    inner: httpx.AsyncBaseTransport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "PUT":
            return await self.inner.handle_async_request(request)
        body = await request.aread()
        facts, commands = await self.insisting.facts(), await self.insisting.commands()
        times = ALWAYS if self.insisting.seen else AT_ONCE
        answers = await asyncio.gather(*(self._send(request, body) for _ in range(times)))
        if any(answer.is_error for answer in answers):
            return next(answer for answer in answers if answer.is_error)
        self.insisting.seen.add(self.insisting.route_of(request.url.path))
        first = await self._done_once(answers, facts, commands)
        await self._nothing_more_happens(request, body, first)
        return first

    async def _done_once(self, answers: list[httpx.Response], facts: list[str], commands: int) -> httpx.Response:
        receipts = [answer.json() for answer in answers]
        first = next(answer for answer in answers if not answer.json()["repeated"])
        assert sum(not receipt["repeated"] for receipt in receipts) == 1
        assert all(receipt | {"repeated": False} == first.json() for receipt in receipts)
        assert first.headers["etag"] == f'"{first.json()["version"]}"'
        appended = (await self.insisting.facts())[len(facts) :]
        assert sorted(set(appended)) == sorted(appended), "a fact was told twice"
        assert {event["type"] for event in first.json()["events"]} <= set(appended)
        assert await self.insisting.commands() == commands + 1
        return first

    async def _nothing_more_happens(self, request: httpx.Request, body: bytes, first: httpx.Response) -> None:
        facts, commands = await self.insisting.facts(), await self.insisting.commands()
        again = await self._send(request, body)
        assert again.json() == first.json() | {"repeated": True}
        refused = [await self._send(other, content) for other, content in self._changed(request, body)]
        assert {answer.status_code for answer in refused} <= {409, 422}, [answer.text for answer in refused]
        assert "CommandIdReused" in {answer.json()["code"] for answer in refused}, request.url
        if first.request.headers["x-acts"] == "True":
            stale = await self._send(_to(request, _ids(request)[-1], uuid4()), body, **{"If-Match": '"987654"'})
            assert (stale.status_code, stale.json()["code"]) == (412, "StaleVersion"), stale.text
            assert "a changé depuis que vous l’avez ouvert" in stale.json()["detail"]
        assert (await self.insisting.facts(), await self.insisting.commands()) == (facts, commands)

    def _changed(self, request: httpx.Request, body: bytes) -> Iterator[tuple[httpx.Request, bytes]]:
        """The same id with something else in it; of an act, also about something else."""
        for content in _other_contents(json.loads(body)):
            yield request, json.dumps(content).encode()
        if len(_ids(request)) > 1:
            yield _to(request, _ids(request)[0], uuid4()), body

    async def _send(self, request: httpx.Request, body: bytes, **headers: str) -> httpx.Response:
        acts = str(len(_ids(request)) > 1)
        given = {**request.headers, **headers, "x-acts": acts}
        given.pop("content-length", None)
        sent = httpx.Request("PUT", request.url, headers=given, content=body)
        answer = await self.inner.handle_async_request(sent)
        answer.request = sent
        await answer.aread()
        return answer


def _ids(request: httpx.Request) -> list[str]:
    return ID.findall(request.url.path)


def _to(request: httpx.Request, before: str, after: UUID) -> httpx.Request:
    return httpx.Request("PUT", str(request.url).replace(before, str(after)), headers=request.headers)


def _other_contents(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One field at a time; what the command's own rules refuse (422) says nothing, so several are tried."""
    for name, value in content.items():
        if isinstance(value, bool):
            yield content | {name: not value}
        elif isinstance(value, int):
            yield content | {name: value + 1}
        elif isinstance(value, str):
            later = value.replace("2017-", "2018-").replace("2016-", "2015-")
            yield content | {name: later if later != value else f"{value} bis"}
