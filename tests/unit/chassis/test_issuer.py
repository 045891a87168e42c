"""What a service remembers of tokens it has seen, and when it forgets."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from services.chassis.clock import Clock
from services.chassis.errors import NotSignedIn, SessionOver
from services.chassis.identity import issuer as module
from services.chassis.identity.issuer import Issuer
from tests.support.identity import ADDRESS, AUDIENCE, claims


class Published:
    """The keys the issuer publishes now, and how far time has gone."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "first"})
        self.keys: list[Any] = [self.key]
        self.later = timedelta()
        self.decoded = 0

    def token(self, **said: Any) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims("coordinator", **said), self.key)

    async def fetch(self, address: str) -> Any:
        return {"jwks_uri": f"{ADDRESS}/keys"} if "well-known" in address else KeySet(self.keys).as_dict(private=False)


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> Published:
    made, wall, decode = Published(), Clock.wall, jwt.decode

    def decoded(*given: Any, **named: Any) -> Any:
        made.decoded += 1
        return decode(*given, **named)

    def moved() -> datetime:
        return wall() + made.later

    monkeypatch.setattr(module, "_fetch", made.fetch)
    monkeypatch.setattr(Clock, "wall", staticmethod(moved))
    monkeypatch.setattr(jwt, "decode", decoded)
    return made


@pytest.fixture
def issuer() -> Issuer:
    return Issuer(ADDRESS, AUDIENCE)


async def test_the_signature_of_a_token_is_checked_once(published: Published, issuer: Issuer) -> None:
    token = published.token()
    assert await issuer.claims(token) == await issuer.claims(token)
    assert published.decoded == 1


async def test_a_token_seen_before_still_ends_at_its_time(published: Published, issuer: Issuer) -> None:
    token = published.token(lasts=60)
    await issuer.claims(token)
    published.later = timedelta(seconds=61)
    with pytest.raises(SessionOver):
        await issuer.claims(token)


async def test_a_token_seen_before_ends_with_its_key(published: Published, issuer: Issuer) -> None:
    token = published.token(lasts=3600)
    await issuer.claims(token)
    published.keys = [RSAKey.generate_key(2048, parameters={"kid": "second"})]
    published.later = timedelta(minutes=11)
    with pytest.raises(NotSignedIn):
        await issuer.claims(token)


async def test_what_is_remembered_is_bounded(
    published: Published, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_VERIFIED_AT_MOST", 3)
    for number in range(10):
        await issuer.claims(published.token(subject=f"somebody-{number}"))
    assert len(issuer._verified) <= 3
