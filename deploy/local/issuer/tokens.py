"""Tokens and one-time codes. Times are real ones: the local clock moves the council, not the security."""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt

from deploy.local.issuer.keys import SigningKey
from deploy.local.people import Person

LIFETIME = 8 * 3600
CODE_LIFETIME = 120


@dataclass(frozen=True)
class Grant:
    """Somebody has just been chosen on the sign-in page, for one request of one client."""

    person: Person
    redirect_uri: str
    nonce: str | None
    challenge: str
    until: float


@dataclass
class Tokens:
    """Signs what services trust. `issuer` and `audience` are the `iss` and `aud` they expect."""

    issuer: str
    audience: str
    key: SigningKey
    grants: dict[str, Grant] = field(default_factory=dict)

    def code(self, person: Person, redirect_uri: str, challenge: str, nonce: str | None) -> str:
        """A code that can be exchanged once, within two minutes."""
        code = secrets.token_urlsafe(24)
        self.grants[code] = Grant(person, redirect_uri, nonce, challenge, time.monotonic() + CODE_LIFETIME)
        return code

    def redeem(self, code: str, redirect_uri: str, verifier: str) -> Grant | None:
        """The grant behind a code, or None when it is unknown, used, too old, or not asked by the one who shows it."""
        grant = self.grants.pop(code, None)
        if grant is None or grant.until < time.monotonic() or grant.redirect_uri != redirect_uri:
            return None
        return grant if secrets.compare_digest(s256(verifier), grant.challenge) else None

    def token(self, person: Person, *, lifetime: int = LIFETIME, nonce: str | None = None) -> str:
        """A signed token, good for `lifetime` seconds (negative: already expired, for tests)."""
        now = int(time.time())
        claims: dict[str, Any] = person.claims()
        claims |= {"iss": self.issuer, "aud": self.audience, "iat": now, "exp": now + lifetime}
        if nonce is not None:
            claims["nonce"] = nonce
        return jwt.encode({"alg": "ES256", "kid": self.key.key.kid}, claims, self.key.key)


def s256(verifier: str) -> str:
    """RFC 7636: the challenge of a PKCE verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
