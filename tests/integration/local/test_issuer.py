"""The development issuer: what our services and scripts rely on."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet

from deploy.local.issuer.tokens import s256
from tests.integration.local.conftest import Front

VERIFIER = "v" * 50


async def claims(browser: httpx.AsyncClient, token: str) -> dict[str, Any]:
    keys = KeySet.import_key_set((await browser.get("/identite/jwks")).json())
    return dict(jwt.decode(token, keys, algorithms=["ES256"]).claims)


def request(front: Front, **changes: str) -> dict[str, str]:
    asked = {
        "client_id": "cispd",
        "response_type": "code",
        "redirect_uri": f"{front.addresses.public_url}/session/meetings/retour",
        "scope": "openid profile",
        "state": "a state",
        "nonce": "a nonce",
        "code_challenge": s256(VERIFIER),
        "code_challenge_method": "S256",
    }
    return asked | changes


async def code_for(browser: httpx.AsyncClient, front: Front, person: str) -> str:
    answer = await browser.post("/identite/authorize", data=request(front) | {"person": person})
    assert answer.status_code == 303
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


def exchange(front: Front, code: str, verifier: str = VERIFIER) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": request(front)["redirect_uri"],
        "code_verifier": verifier,
    }


async def test_discovery_names_the_address_services_are_told(browser: httpx.AsyncClient, front: Front) -> None:
    found = (await browser.get("/identite/.well-known/openid-configuration")).json()
    assert found["issuer"] == front.addresses.issuer
    assert found["token_endpoint"] == f"{front.addresses.issuer}/token"


async def test_the_sign_in_page_offers_every_person_in_french(browser: httpx.AsyncClient, front: Front) -> None:
    page = await browser.get("/identite/authorize", params=request(front))
    assert page.status_code == 200
    assert '<html lang="fr"' in page.text
    assert len(re.findall(r'name="person"', page.text)) == 12
    assert "Claire Lemoine" in page.text


async def test_a_code_is_exchanged_for_tokens_that_say_who_it_is(
    browser: httpx.AsyncClient, front: Front, as_client: dict[str, str]
) -> None:
    code = await code_for(browser, front, "claire.lemoine")
    answer = await browser.post("/identite/token", data=exchange(front, code) | as_client)
    said = await claims(browser, answer.json()["id_token"])
    assert (said["iss"], said["aud"], said["nonce"]) == (front.addresses.issuer, "cispd", "a nonce")
    assert (said["sub"], said["title"], said["roles"]) == ("claire.lemoine", "coordonnatrice", ["coordinator"])
    assert "62193" in said["communes"]


async def test_a_code_works_once(browser: httpx.AsyncClient, front: Front, as_client: dict[str, str]) -> None:
    code = await code_for(browser, front, "claire.lemoine")
    await browser.post("/identite/token", data=exchange(front, code) | as_client)
    again = await browser.post("/identite/token", data=exchange(front, code) | as_client)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


async def test_a_code_needs_the_verifier_it_was_asked_with(
    browser: httpx.AsyncClient, front: Front, as_client: dict[str, str]
) -> None:
    code = await code_for(browser, front, "claire.lemoine")
    answer = await browser.post("/identite/token", data=exchange(front, code, "w" * 50) | as_client)
    assert answer.json()["error"] == "invalid_grant"


async def test_a_code_is_never_sent_to_another_site(browser: httpx.AsyncClient, front: Front) -> None:
    elsewhere = request(front, redirect_uri="https://elsewhere.example/session/meetings/retour")
    answer = await browser.post("/identite/authorize", data=elsewhere | {"person": "claire.lemoine"})
    assert answer.status_code == 400


async def test_a_script_gets_a_token_for_a_person(
    browser: httpx.AsyncClient, as_client: dict[str, str], front: Front
) -> None:
    asked = {"grant_type": "client_credentials", "person": "marc.hennebelle"} | as_client
    said = await claims(browser, (await browser.post("/identite/token", data=asked)).json()["access_token"])
    assert (said["roles"], said["communes"]) == (["municipal_police"], ["62193"])
    assert said["exp"] > said["iat"]


async def test_a_script_without_the_secret_gets_no_token(browser: httpx.AsyncClient) -> None:
    asked = {"grant_type": "client_credentials", "person": "marc.hennebelle", "client_id": "cispd"}
    answer = await browser.post("/identite/token", data=asked | {"client_secret": "guessed"})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_signing_out_leads_back_to_the_site_and_nowhere_else(browser: httpx.AsyncClient, front: Front) -> None:
    elsewhere = {"post_logout_redirect_uri": "https://elsewhere.example/"}
    answer = await browser.get("/identite/end_session", params=elsewhere)
    assert answer.headers["location"] == front.addresses.public_url
