"""The OpenID Connect issuer: its metadata, its keys, and whether a token of its is good."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx
import stamina
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.chassis.clock import Clock
from services.chassis.errors import NotSignedIn, SessionOver, Unavailable

_ALGORITHMS = ["RS256", "ES256", "PS256"]
_KEYS_MAX_AGE = 600.0
_KEYS_MIN_AGE = 10.0
_VERIFIED_AT_MOST = 1_000


class Issuer:
    """Knows one issuer; keys are fetched when first needed and again when a token names an unknown one."""

    def __init__(self, address: str, audience: str) -> None:
        self.address = address.rstrip("/")
        self.audience = audience
        self._metadata: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._fetched = 0.0
        # Tokens whose signature was good under the present keys. Time, issuer and audience are checked at every use.
        self._verified: dict[bytes, dict[str, Any]] = {}

    async def metadata(self) -> dict[str, Any]:
        """The discovery document. Raises Unavailable when the issuer does not answer."""
        if not self._metadata:
            self._metadata = await _fetch(f"{self.address}/.well-known/openid-configuration")
        return self._metadata

    async def claims(self, token: str, *, nonce: str | None = None) -> dict[str, Any]:
        """The claims of a token signed by this issuer for us.

        Raises NotSignedIn when it is not one, SessionOver when it has expired, Unavailable without keys.
        """
        keys = await self._key_set()
        fingerprint = hashlib.sha256(token.encode()).digest()
        if fingerprint not in self._verified:
            found = await self._decoded(token, keys)
            if len(self._verified) >= _VERIFIED_AT_MOST:
                self._verified.clear()
            self._verified[fingerprint] = found
        return self._checked(self._verified[fingerprint], nonce)

    async def _decoded(self, token: str, keys: KeySet) -> dict[str, Any]:
        try:
            return jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
        except (JoseError, ValueError):
            try:
                return jwt.decode(token, await self._key_set(refresh=True), algorithms=_ALGORITHMS).claims
            except (JoseError, ValueError):
                raise NotSignedIn from None

    def _checked(self, claims: dict[str, Any], nonce: str | None) -> dict[str, Any]:
        if claims.get("exp", 0) <= Clock.wall().timestamp():
            raise SessionOver
        expected: dict[str, Any] = {
            "iss": {"essential": True, "value": self.address},
            "aud": {"essential": True, "value": self.audience},
            "sub": {"essential": True},
        }
        if nonce is not None:
            expected["nonce"] = {"essential": True, "value": nonce}
        try:
            jwt.JWTClaimsRegistry(leeway=5, **expected).validate(claims)
        except JoseError:
            raise NotSignedIn from None
        return claims

    async def _key_set(self, *, refresh: bool = False) -> KeySet:
        age = Clock.wall().timestamp() - self._fetched
        # The lower bound keeps forged tokens from turning us into a load on the issuer.
        if self._keys is None or age > _KEYS_MAX_AGE or (refresh and age > _KEYS_MIN_AGE):
            self._keys = KeySet.import_key_set(await _fetch((await self.metadata())["jwks_uri"]))  # type: ignore[arg-type]
            self._fetched = Clock.wall().timestamp()
            self._verified.clear()
        return self._keys


async def _fetch(address: str) -> dict[str, Any]:
    try:
        async for attempt in stamina.retry_context(on=httpx.HTTPError, attempts=3, timeout=5.0):
            with attempt:
                async with httpx.AsyncClient(timeout=3.0) as client:
                    answer = await client.get(address)
                    answer.raise_for_status()
                    return dict(answer.json())
    except httpx.HTTPError:
        pass
    raise Unavailable
