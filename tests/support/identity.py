"""An issuer of the tests' own: real keys and real tokens, only without a network."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from services.chassis.identity.issuer import Issuer
from services.chassis.identity.principal import Principal

ADDRESS = "http://issuer.test"
AUDIENCE = "cispd"
_KEY = RSAKey.generate_key(2048, parameters={"kid": "tests"}, auto_kid=True)


class OwnIssuer(Issuer):
    """Checks tokens exactly as the real one, with keys it already has."""

    def __init__(self) -> None:
        super().__init__(ADDRESS, AUDIENCE)

    async def _key_set(self, *, refresh: bool = False) -> KeySet:
        return KeySet([_KEY])


def claims(
    *roles: str,
    communes: tuple[str, ...] = ("62193",),
    institution: UUID | None = None,
    subject: str | None = None,
    title: str = "coordonnatrice",
    lasts: float = 600,
    **other: Any,
) -> dict[str, Any]:
    """What a token of somebody with `roles` says; `lasts` in seconds, negative for one that has expired."""
    return {
        "iss": ADDRESS,
        "aud": AUDIENCE,
        "sub": subject or f"{'-'.join(roles)}-of-{'-'.join(communes)}",
        "name": "Camille Exemple",
        "title": title,
        "roles": list(roles),
        "communes": list(communes),
        "institution": str(institution) if institution else None,
        "iat": time.time(),
        "exp": time.time() + lasts,
        **other,
    }


def token(*roles: str, **said: Any) -> str:
    """A signed token with `claims(*roles, **said)`."""
    return jwt.encode({"alg": "RS256", "kid": _KEY.kid}, claims(*roles, **said), _KEY)


def principal(*roles: str, **said: Any) -> Principal:
    return Principal.from_claims(claims(*roles, **said))
