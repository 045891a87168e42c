"""The one who acts, as the claims of a token say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Principal(BaseModel):
    """`communes` are INSEE codes; `institution` is the one the person sits for; `title` is the office, in French."""

    model_config = ConfigDict(frozen=True)

    subject: str
    name: str = ""
    title: str = ""
    roles: frozenset[str] = frozenset()
    communes: frozenset[str] = frozenset()
    institution: UUID | None = None

    def has(self, *roles: str) -> bool:
        """True when the principal holds one of `roles`."""
        return not self.roles.isdisjoint(roles)

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any]) -> Self:
        return cls(
            subject=claims["sub"],
            name=claims.get("name", ""),
            title=claims.get("title", ""),
            roles=frozenset(claims.get("roles", ())),
            communes=frozenset(claims.get("communes", ())),
            institution=claims.get("institution"),
        )

    @classmethod
    def system(cls, service: str) -> Self:
        """The service itself, when a timer or an event makes it act."""
        return cls(subject=f"system:{service}", title="système")
