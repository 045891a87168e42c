"""Who may use a route. Every route says so; being public is the exception that has to be written down."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from starlette.requests import Request

from services.chassis.errors import ForgedForm, NotAllowed, NotSignedIn
from services.chassis.identity.issuer import Issuer
from services.chassis.identity.principal import Principal
from services.chassis.identity.sessions import SESSION_COOKIE, Seal, Session

SIGNED_IN = frozenset({"*"})
PUBLIC: frozenset[str] = frozenset()


async def principal_of(request: Request, issuer: Issuer) -> Principal:
    """The caller of an API route, by his bearer token. Raises NotSignedIn or SessionOver."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn
    return Principal.from_claims(await issuer.claims(token.strip()))


def session_of(request: Request, seal: Seal) -> Session:
    """The reader of a page, by his cookie. Raises NotSignedIn."""
    session = optional_session(request, seal)
    if session is None:
        raise NotSignedIn
    return session


def optional_session(request: Request, seal: Seal) -> Session | None:
    """The session of a reader who may also be a stranger."""
    return seal.open(request.cookies.get(SESSION_COOKIE), Session)


def check_role(principal: Principal, allow: Iterable[str]) -> None:
    """Raises NotAllowed unless the principal holds one of the roles."""
    allowed = frozenset(allow)
    if allowed != SIGNED_IN and principal.roles.isdisjoint(allowed):
        raise NotAllowed


def check_form(token: object, session: Session) -> None:
    """Raises ForgedForm unless the form carries the token of the session."""
    if not isinstance(token, str) or not secrets.compare_digest(token.encode(), session.csrf.encode()):
        raise ForgedForm
