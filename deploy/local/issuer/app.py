"""The issuer's addresses: discovery, keys, sign-in page, tokens, end of session (OpenID Connect Core and RP-Initiated
Logout), and tokens for scripts."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import unquote, urlencode

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from deploy.local.issuer.keys import SigningKey
from deploy.local.issuer.tokens import LIFETIME, Tokens
from deploy.local.pages import Pages
from deploy.local.people import people
from services.chassis.web import Cell, Column
from services.chassis.web import Person as Choice

TextField = Annotated[str, Form()]


@dataclass(frozen=True, kw_only=True)
class Client:
    """The one client: our services. Codes are only sent to addresses that begin with `home`."""

    client_id: str
    secret: str
    home: str

    def authenticated(self, request: Request, client_id: str, client_secret: str) -> bool:
        """RFC 6749 §2.3.1: by HTTP Basic or in the form."""
        kind, _, value = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "basic":
            given_id, _, given = base64.b64decode(value).decode().partition(":")
            client_id, client_secret = unquote(given_id), unquote(given)
        return client_id == self.client_id and secrets.compare_digest(client_secret.encode(), self.secret.encode())


def issuer_app(address: str, client: Client, key: SigningKey, pages: Pages) -> FastAPI:
    """The issuer as an application; `address` is its public one, without a slash at the end."""
    app = FastAPI(title="Development issuer", openapi_url=None)
    tokens = Tokens(address, client.client_id, key)

    @app.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        return metadata(address)

    @app.get("/jwks")
    async def keys() -> dict[str, Any]:
        return key.public()

    @app.get("/authorize")
    async def choose(request: Request) -> HTMLResponse:
        wrong = wrong_request(request.query_params, client)
        if wrong:
            return HTMLResponse(wrong, status_code=400)
        return pages.page("sign-in.html", people=choices(), request=dict(request.query_params))

    @app.post("/authorize")
    async def chosen(request: Request, person: TextField) -> Response:
        asked = {name: str(value) for name, value in (await request.form()).items()}
        wrong = wrong_request(asked, client)
        if wrong or person not in people():
            return HTMLResponse(wrong or "Personne inconnue.", status_code=400)
        code = tokens.code(people()[person], asked["redirect_uri"], asked["code_challenge"], asked.get("nonce"))
        answer = urlencode({"code": code, "state": asked.get("state", "")})
        return RedirectResponse(f"{asked['redirect_uri']}?{answer}", status_code=303)

    @app.post("/token")
    async def token(
        request: Request,
        grant_type: TextField,
        code: TextField = "",
        redirect_uri: TextField = "",
        code_verifier: TextField = "",
        client_id: TextField = "",
        client_secret: TextField = "",
        person: TextField = "",
        lifetime: Annotated[int, Form()] = LIFETIME,
    ) -> JSONResponse:
        if not client.authenticated(request, client_id, client_secret):
            return refused("invalid_client", 401)
        if grant_type == "authorization_code":
            grant = tokens.redeem(code, redirect_uri, code_verifier)
            return granted(tokens.token(grant.person, nonce=grant.nonce)) if grant else refused("invalid_grant")
        if grant_type == "client_credentials":
            if person not in people():
                return refused("invalid_request")
            return granted(tokens.token(people()[person], lifetime=lifetime), lifetime)
        return refused("unsupported_grant_type")

    @app.get("/end_session")
    async def end(post_logout_redirect_uri: str = "") -> Response:
        back = post_logout_redirect_uri if post_logout_redirect_uri.startswith(client.home) else client.home
        return RedirectResponse(back, status_code=303)

    @app.get("/")
    async def index() -> Response:
        rows = [[Cell(who.name), who.office, who.place, who.does] for who in people().values()]
        columns = [Column("Personne"), Column("Fonction"), Column("Institution"), Column("Sur ce poste")]
        return pages.page("people.html", rows=rows, columns=columns)

    return app


def metadata(address: str) -> dict[str, Any]:
    """OpenID Connect Discovery 1.0."""
    return {
        "issuer": address,
        "authorization_endpoint": f"{address}/authorize",
        "token_endpoint": f"{address}/token",
        "end_session_endpoint": f"{address}/end_session",
        "jwks_uri": f"{address}/jwks",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": ["openid", "profile"],
    }


def choices() -> list[Choice]:
    return [Choice(person.sub, person.name, person.office, person.place, person.does) for person in people().values()]


def wrong_request(asked: Mapping[str, str], client: Client) -> str | None:
    """Why a sign-in request is not answered; None when it is in order."""
    if asked.get("client_id") != client.client_id or not asked.get("redirect_uri", "").startswith(f"{client.home}/"):
        return "Ce site ne peut pas demander de connexion ici."
    if asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256":
        return "Cette demande de connexion n’est pas faite comme il faut (code, S256)."
    return None if asked.get("code_challenge") else "Cette demande de connexion n’a pas de clé de vérification."


def granted(token: str, lifetime: int = LIFETIME) -> JSONResponse:
    body = {"access_token": token, "id_token": token, "token_type": "Bearer", "expires_in": lifetime}
    return JSONResponse(body, headers={"cache-control": "no-store"})


def refused(error: str, status: int = 400) -> JSONResponse:
    return JSONResponse({"error": error}, status_code=status, headers={"cache-control": "no-store"})
