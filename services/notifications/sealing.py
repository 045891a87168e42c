"""Seals the secrets shared with partner systems: at rest they are unreadable without the service's key."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from services.notifications.domain.refusals import WebhookSecretUnreadable, WebhooksNotAvailable

_PREFIX = "whsec_"
_SHORTEST = 24


def seal(secret: str, key: SecretStr | None) -> bytes:
    """Raises WebhooksNotAvailable without a key, WebhookSecretUnreadable for what is no secret of Standard Webhooks."""
    if key is None:
        raise WebhooksNotAvailable
    if not secret.startswith(_PREFIX) or _length(secret.removeprefix(_PREFIX)) < _SHORTEST:
        raise WebhookSecretUnreadable
    return _box(key).encrypt(secret.encode())


def unseal(sealed: bytes, key: SecretStr) -> str:
    """The secret. Raises cryptography's InvalidToken when it was sealed with another key."""
    return _box(key).decrypt(sealed).decode()


def _length(encoded: str) -> int:
    try:
        return len(base64.b64decode(encoded, validate=True))
    except ValueError:
        return 0


def _box(key: SecretStr) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"cispd partner secrets").derive(
        key.get_secret_value().encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))
