"""Signing in and out with a browser: OpenID Connect's code flow with PKCE."""

from __future__ import annotations

import secrets
import warnings
from typing import Any
from urllib.parse import urlencode

import httpx
from authlib.deprecate import AuthlibDeprecationWarning
from authlib.integrations.base_client.errors import OAuthError
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from services.chassis.errors import ForgedForm, NotSignedIn, Unavailable
from services.chassis.identity.issuer import Issuer
from services.chassis.identity.principal import Principal
from services.chassis.identity.sessions import (
    KNOWN_TIME,
    LOGIN_COOKIE,
    LOGIN_TIME,
    SESSION_COOKIE,
    SESSION_TIME,
    Login,
    Seal,
    Session,
    new_session,
)
from services.chassis.settings import Settings

with warnings.catch_warnings():
    # It would rather use httpx's successor; everything here uses httpx, and two clients are one too many.
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from authlib.integrations.httpx_client import AsyncOAuth2Client


def login_routes(service: str, settings: Settings, issuer: Issuer, seal: Seal) -> APIRouter:
    """The three public addresses under /session/<service>."""
    router = APIRouter(prefix=f"/session/{service}", include_in_schema=False)
    flow = _Flow(settings, issuer, f"{settings.public_url}/session/{service}/retour")

    @router.get("/connexion")
    async def sign_in(suite: str = "/") -> Response:
        login = Login(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            back_to=_local(suite),
        )
        response = RedirectResponse(await flow.address(login), status_code=303)
        _set(response, settings, LOGIN_COOKIE, seal.close(login, LOGIN_TIME), int(LOGIN_TIME.total_seconds()))
        return response

    @router.get("/retour")
    async def signed_in(request: Request, code: str = "", state: str = "") -> Response:
        login = seal.open(request.cookies.get(LOGIN_COOKIE), Login)
        if login is None or not code or not secrets.compare_digest(state.encode(), login.state.encode()):
            raise NotSignedIn
        session = await flow.session(code, login)
        response = RedirectResponse(login.back_to, status_code=303)
        response.delete_cookie(LOGIN_COOKIE, path="/")
        kept = int((SESSION_TIME + KNOWN_TIME).total_seconds())
        _set(response, settings, SESSION_COOKIE, seal.close(session, SESSION_TIME), kept)
        return response

    @router.post("/deconnexion")
    async def sign_out(request: Request) -> Response:
        session = seal.open(request.cookies.get(SESSION_COOKIE), Session)
        form = await request.form()
        if session and not secrets.compare_digest(str(form.get("csrf", "")).encode(), session.csrf.encode()):
            raise ForgedForm
        response = RedirectResponse(await flow.goodbye(session), status_code=303)
        response.delete_cookie(SESSION_COOKIE, path="/")
        return response

    return router


class _Flow:
    def __init__(self, settings: Settings, issuer: Issuer, redirect_uri: str) -> None:
        self._settings, self._issuer, self._redirect_uri = settings, issuer, redirect_uri

    def _client(self) -> Any:
        return AsyncOAuth2Client(
            self._settings.oidc_client_id,
            self._settings.oidc_client_secret.get_secret_value(),
            scope="openid profile",
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            timeout=5.0,
        )

    async def address(self, login: Login) -> str:
        endpoint = (await self._issuer.metadata())["authorization_endpoint"]
        address, _ = self._client().create_authorization_url(
            endpoint, state=login.state, nonce=login.nonce, code_verifier=login.verifier
        )
        return str(address)

    async def session(self, code: str, login: Login) -> Session:
        endpoint = (await self._issuer.metadata())["token_endpoint"]
        try:
            async with self._client() as client:
                token = await client.fetch_token(endpoint, code=code, code_verifier=login.verifier)
        except OAuthError:
            raise NotSignedIn from None
        except httpx.HTTPError:
            raise Unavailable from None
        claims = await self._issuer.claims(token["id_token"], nonce=login.nonce)
        return new_session(Principal.from_claims(claims))

    async def goodbye(self, session: Session | None) -> str:
        endpoint = (await self._issuer.metadata()).get("end_session_endpoint")
        if session is None or endpoint is None:
            return "/"
        query = {
            "client_id": self._settings.oidc_client_id,
            "post_logout_redirect_uri": f"{self._settings.public_url}/",
        }
        return f"{endpoint}?{urlencode(query)}"


def _local(address: str) -> str:
    """Only an address of this site: an absolute one would let a link send people elsewhere after signing in."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"


def _set(response: Response, settings: Settings, name: str, value: str, max_age: int) -> None:
    secure = settings.public_url.startswith("https://")
    response.set_cookie(name, value, max_age=max_age, path="/", httponly=True, samesite="lax", secure=secure)
