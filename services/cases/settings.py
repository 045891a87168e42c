"""What the cases service needs beside what every service needs."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator

from services.cases.sealing import KeyRing
from services.chassis.settings import Settings


class CasesSettings(Settings):
    """`identity_keys`: `id:key` pairs separated by blanks, each key 32 bytes in hexadecimal; the first one seals."""

    identity_keys: SecretStr = Field(description="Keys that wrap the data key of each case, the newest first")

    @field_validator("identity_keys")
    @classmethod
    def _readable(cls, keys: SecretStr) -> SecretStr:
        KeyRing.parse(keys.get_secret_value())
        return keys

    @property
    def key_ring(self) -> KeyRing:
        return KeyRing.parse(self.identity_keys.get_secret_value())
