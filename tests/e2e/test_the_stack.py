"""The system as `make demo` starts it: one address, one sign-in for four services, every one ready."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from deploy.local.stack import Stack
from schemas.site import site
from tests.support.eventually import eventually

MAIN_PAGES = {
    "meetings": "/conseil/reunions",
    "cases": "/dossiers/rappels",
    "notifications": "/envois",
    "reporting": "/chiffres",
}


@pytest.fixture
async def visitor(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without script: keeps cookies, follows redirections."""
    async with httpx.AsyncClient(base_url=stack.url, trust_env=False, follow_redirects=True, timeout=30) as client:
        yield client


async def sign_in(visitor: httpx.AsyncClient, person: str, back_to: str = "/") -> httpx.Response:
    """Chooses a person on the sign-in page, as a browser does: posting the form's hidden fields."""
    page = await visitor.get("/session/meetings/connexion", params={"suite": back_to})
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text))
    form = {name: value.replace("&amp;", "&") for name, value in hidden.items()}
    return await visitor.post("/identite/authorize", data=form | {"person": person})


async def test_one_sign_in_opens_the_pages_of_every_service(visitor: httpx.AsyncClient) -> None:
    arrived = await sign_in(visitor, "claire.lemoine", "/conseil/reunions")
    assert (arrived.status_code, arrived.url.path) == (200, "/conseil/reunions")
    for page in MAIN_PAGES.values():
        answer = await visitor.get(page)
        assert answer.status_code == 200, page
        assert "Claire Lemoine" in answer.text


async def test_a_page_asked_for_by_nobody_leads_to_the_sign_in(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/conseil/reunions", headers={"accept": "text/html"})
    assert answer.url.path == "/identite/authorize"


@pytest.mark.parametrize("service", site().services)
async def test_every_service_answers_a_bearer_token_on_its_own_documents(stack: Stack, service: str) -> None:
    token = await stack.token("karim.ledoux")
    answer = await stack.http.get(
        f"{stack.url}/api/operations/{service}/openapi.json", headers={"authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")


async def test_an_expired_token_is_refused(stack: Stack) -> None:
    token = await stack.token("claire.lemoine", lifetime=-60)
    answer = await stack.http.get(f"{stack.url}/api/meetings", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("service", site().services)
async def test_a_service_that_is_killed_comes_back_by_itself(stack: Stack, service: str) -> None:
    documents = f"{stack.url}/api/operations/{service}/openapi.json"
    known_as = {"authorization": f"Bearer {await stack.token('karim.ledoux')}"}
    stack.supervisor.kill(service)

    async def answers() -> bool:
        return (await stack.http.get(documents, headers=known_as)).status_code == 200

    await eventually(answers, within=60, every=0.3)


async def test_the_others_work_while_one_is_down(stack: Stack, visitor: httpx.AsyncClient) -> None:
    await sign_in(visitor, "claire.lemoine")
    await stack.supervisor.halt("reporting")
    try:
        assert (await visitor.get("/chiffres")).status_code == 503
        assert (await visitor.get("/")).status_code == 200
        assert (await visitor.get("/envois")).status_code == 200
    finally:
        await stack.supervisor.resume("reporting")
    assert (await visitor.get("/chiffres")).status_code == 200
