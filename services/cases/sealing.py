"""Encryption at rest: AES-256-GCM, a data key a case, wrapped by a ring of keys that can be renewed.

A sealed value is nonce (12 bytes) + ciphertext + tag. What it belongs to (case and field) is authenticated with it, so
a value moved to another case or field does not open.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


class SealBroken(Exception):
    """A sealed value does not open: wrong key, or not where it was sealed. Says nothing of the value."""


class KeyUnknown(Exception):
    """A case was sealed under a key that the ring no longer holds."""


@dataclass(frozen=True)
class WrappedKey:
    """A data key as stored: which key of the ring wraps it, and its wrapped bytes."""

    key_id: str
    wrapped: bytes


@dataclass(frozen=True)
class KeyRing:
    """`keys` by id, the sealing one first."""

    keys: dict[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        """Reads `id:hex id:hex`. Raises ValueError, which quotes no key."""
        keys: dict[str, bytes] = {}
        for pair in text.split():
            key_id, _, encoded = pair.partition(":")
            try:
                keys[key_id] = bytes.fromhex(encoded)
            except ValueError:
                raise ValueError(f"key {len(keys) + 1} of the ring is not hexadecimal") from None
            if len(keys[key_id]) != KEY_BYTES:
                raise ValueError(f"key {len(keys)} of the ring is not {KEY_BYTES} bytes long")
        if not keys:
            raise ValueError("the ring holds no key")
        return cls(keys)

    def new_data_key(self, case_id: UUID) -> tuple[bytes, WrappedKey]:
        """A fresh data key, in clear and wrapped by the newest key."""
        key_id, key = next(iter(self.keys.items()))
        data_key = secrets.token_bytes(KEY_BYTES)
        return data_key, WrappedKey(key_id, _encrypt(key, data_key, _wrapping(case_id, key_id)))

    def data_key(self, case_id: UUID, stored: WrappedKey) -> bytes:
        """The data key of a case. Raises KeyUnknown or SealBroken."""
        key = self.keys.get(stored.key_id)
        if key is None:
            raise KeyUnknown(f"the ring has no key {stored.key_id}")
        return _decrypt(key, stored.wrapped, _wrapping(case_id, stored.key_id))


def seal(data_key: bytes, case_id: UUID, name: str, value: Any) -> bytes:
    """A value with a JSON form, encrypted for one field of one case."""
    return _encrypt(data_key, orjson.dumps(value), _place(case_id, name))


def unseal(data_key: bytes, case_id: UUID, name: str, sealed: bytes) -> Any:
    """The value that was sealed for that field of that case. Raises SealBroken."""
    return orjson.loads(_decrypt(data_key, sealed, _place(case_id, name)))


def _encrypt(key: bytes, clear: bytes, bound_to: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, clear, bound_to)


def _decrypt(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError):
        raise SealBroken("a sealed value does not open") from None


def _wrapping(case_id: UUID, key_id: str) -> bytes:
    return f"data-key|{case_id}|{key_id}".encode()


def _place(case_id: UUID, name: str) -> bytes:
    return f"field|{case_id}|{name}".encode()
