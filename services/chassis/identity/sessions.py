"""Sealed cookies: the browser keeps them, only our services can read or make them."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any, TypeVar

import orjson
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import BaseModel, ValidationError

from services.chassis.clock import Clock
from services.chassis.identity.principal import Principal

SESSION_COOKIE = "cispd_session"
LOGIN_COOKIE = "cispd_login"
SESSION_TIME = timedelta(hours=8)
LOGIN_TIME = timedelta(minutes=10)
KNOWN_TIME = timedelta(days=7)
"""How long after its end the cookie of a session still tells whose it was; it opens nothing by then."""


class Session(BaseModel):
    """Somebody signed in with a browser; `csrf` is what his forms must carry."""

    principal: Principal
    csrf: str


class Login(BaseModel):
    """A sign-in under way."""

    state: str
    nonce: str
    verifier: str
    back_to: str


M = TypeVar("M", bound=BaseModel)


class Seal:
    """Encrypts and authenticates small models with the session key (JWE, dir, A256GCM)."""

    def __init__(self, session_key: str) -> None:
        self._key = OctKey.import_key(hashlib.sha256(session_key.encode()).digest())

    def close(self, content: BaseModel, lasts: timedelta) -> str:
        """The value of a cookie that can be opened for `lasts`."""
        body: dict[str, Any] = {
            "kind": type(content).__name__,
            "exp": (Clock.wall() + lasts).timestamp(),
            "content": content.model_dump(mode="json"),
        }
        return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, orjson.dumps(body), self._key)

    def open(self, value: str | None, kind: type[M], *, late: timedelta = timedelta()) -> M | None:
        """What was sealed as `kind`, or None: absent, forged, expired by more than `late`, or of another kind."""
        if not value:
            return None
        try:
            body = orjson.loads(jwe.decrypt_compact(value, self._key).plaintext or b"")
            if body["kind"] != kind.__name__ or body["exp"] + late.total_seconds() <= Clock.wall().timestamp():
                return None
            return kind.model_validate(body["content"])
        except (JoseError, ValidationError, ValueError, KeyError):
            return None


def new_session(principal: Principal) -> Session:
    return Session(principal=principal, csrf=secrets.token_urlsafe(24))
