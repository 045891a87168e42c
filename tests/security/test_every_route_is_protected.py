"""Every route of every service, taken from the services themselves, refuses those it is not for, and writes nothing."""

import re
from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Route

from schemas.roles import Role
from schemas.site import site
from services.chassis.errors import NotAllowed, NotSignedIn
from services.chassis.http.app import all_routes
from services.chassis.http.problems import MEDIA_TYPE
from services.chassis.http.rights import PUBLIC, SIGNED_IN
from services.chassis.http.routes import Right
from tests.support.api import Api

pytestmark = pytest.mark.parametrize("name", sorted(site().services))
OpenApi = Callable[..., Awaitable[Api]]

# What a stranger may see; adding to this list is a decision.
INFORMATION = {("GET", f"/{page}") for page in ("accessibilite", "aide", "donnees", "mentions")}
PUBLIC_ROUTES = INFORMATION | {("GET", "/api/operations/{service}/openapi.json"), ("GET", "/exploitation/composants")}
# Routes of the chassis that declare no rights: signing in, health and metrics (which the front door does not lead to).
WITHOUT_RIGHTS = re.compile(r"/session/\w+/(connexion|retour|deconnexion)|/health/(live|ready)|/metrics")


def _service(name: str) -> Any:
    return import_module(f"services.{name}.service").SERVICE


def _rights(name: str) -> list[Right]:
    return [right for routes in all_routes(_service(name), local=True) for right in routes.rights]


def _guarded(name: str, *, pages: bool) -> list[Right]:
    return [right for right in _rights(name) if right.page is pages and right.allow != PUBLIC]


def _address(right: Right) -> str:
    """The route's path with ids that lead nowhere."""
    return re.sub(r"\{[^}]*\}", lambda place: "2017" if place[0].endswith(":int}") else str(uuid4()), right.path)


async def _ask(client: httpx.AsyncClient, right: Right) -> httpx.Response:
    content = (
        {} if right.method == "GET" else {"data": {"csrf": getattr(client, "csrf", "")}} if right.page else {"json": {}}
    )
    return await client.request(right.method, _address(right), **content)


async def _written(api: Api) -> list[int]:
    return [(await api.rows(f"select count(*) as n from {table}"))[0]["n"] for table in ("command_ledger", "outbox")]


def _is_problem(response: httpx.Response, kind: type[Exception]) -> bool:
    return response.headers["content-type"] == MEDIA_TYPE and response.json()["code"] == kind.__name__


def _strangers(right: Right) -> Iterator[str]:
    """The roles that the route is not for; someone of no role at all is a stranger to every named role."""
    if right.allow != SIGNED_IN:
        yield from sorted({role.value for role in Role} - right.allow)
        yield "of-no-role-at-all"


def test_no_route_is_without_declared_rights(name: str) -> None:
    declared = {(right.method, right.path) for right in _rights(name)}
    routes = [route for source in all_routes(_service(name), local=True) for route in source.router.routes]
    served = {(method, route.path) for route in routes if isinstance(route, APIRoute) for method in route.methods}
    assert served == declared


async def test_the_application_serves_nothing_else(name: str, service_api: OpenApi) -> None:
    app: FastAPI = (await service_api(_service(name))).app
    declared = {right.path for right in _rights(name)}
    others = {route.path for route in app.routes if isinstance(route, Route)} - declared
    assert {path for path in others if not WITHOUT_RIGHTS.fullmatch(path)} == set()


def test_only_known_routes_are_public(name: str) -> None:
    known = {(method, path.replace("{service}", name)) for method, path in PUBLIC_ROUTES}
    assert {(right.method, right.path) for right in _rights(name) if right.allow == PUBLIC} <= known


def test_rights_name_roles_that_exist(name: str) -> None:
    named = {role for right in _rights(name) for role in right.allow} - SIGNED_IN
    assert named <= {role.value for role in Role}


@pytest.mark.parametrize("lasts", [None, -60.0], ids=["no token", "an expired token"])
async def test_the_api_refuses(name: str, lasts: float | None, service_api: OpenApi) -> None:
    api = await service_api(_service(name))
    client = api.caller() if lasts is None else api.caller(*Role, lasts=lasts)
    for right in _guarded(name, pages=False):
        response = await _ask(client, right)
        assert response.status_code == 401, right
        assert response.headers["content-type"] == MEDIA_TYPE, right
        assert response.headers["www-authenticate"] == "Bearer", right
    assert await _written(api) == [0, 0]


async def test_the_api_refuses_every_role_it_is_not_for(name: str, service_api: OpenApi) -> None:
    api = await service_api(_service(name))
    for right in _guarded(name, pages=False):
        for role in _strangers(right):
            response = await _ask(api.caller(role), right)
            assert (response.status_code, _is_problem(response, NotAllowed)) == (403, True), (right, role)
    assert await _written(api) == [0, 0]


async def test_a_cookie_opens_no_api_route(name: str, service_api: OpenApi) -> None:
    """A cookie is sent by itself, also from elsewhere: only a token speaks for the caller of the API."""
    browser = (await service_api(_service(name))).browser(*Role)
    for right in _guarded(name, pages=False):
        assert _is_problem(await _ask(browser, right), NotSignedIn), right


async def test_a_page_sends_strangers_to_the_sign_in_and_a_form_refuses_them(name: str, service_api: OpenApi) -> None:
    api = await service_api(_service(name))
    for right in _guarded(name, pages=True):
        response = await _ask(api.caller(), right)
        if right.method == "GET":
            assert response.status_code == 303, right
            assert response.headers["location"].startswith(f"/session/{name}/connexion?"), right
        else:
            assert response.status_code == 401, right
    assert await _written(api) == [0, 0]


async def test_pages_and_forms_refuse_every_role_they_are_not_for(name: str, service_api: OpenApi) -> None:
    api = await service_api(_service(name))
    for right in _guarded(name, pages=True):
        for role in _strangers(right):
            response = await _ask(api.browser(role), right)
            assert response.status_code == 403, (right, role)
            assert response.headers["content-type"].startswith("text/html"), right
    assert await _written(api) == [0, 0]


@pytest.mark.parametrize("token", [{}, {"csrf": ""}, {"csrf": "forged"}], ids=["no", "an empty", "a forged"])
async def test_a_form_needs_its_sessions_own_token_not(name: str, token: dict[str, str], service_api: OpenApi) -> None:
    api = await service_api(_service(name))
    for right in (right for right in _guarded(name, pages=True) if right.method == "POST"):
        browser = api.browser(*Role)
        assert (await browser.post(_address(right), data=token)).status_code == 403, right
    assert await _written(api) == [0, 0]
