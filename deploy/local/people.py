"""The invented persons of people.toml."""

import tomllib
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from schemas.roles import Role


class Person(BaseModel):
    """`title`, `office`, `place` and `does` are French; `communes` are INSEE codes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sub: str
    name: str
    title: str
    office: str
    place: str
    does: str
    roles: frozenset[Role]
    communes: frozenset[str]
    institution: UUID

    def claims(self) -> dict[str, Any]:
        """What a token says of the person."""
        return self.model_dump(mode="json", include={"sub", "name", "title", "roles", "communes", "institution"})


@cache
def people() -> MappingProxyType[str, Person]:
    """Every person by `sub`, in the order of the file."""
    entries = tomllib.loads(Path(__file__).with_name("people.toml").read_text(encoding="utf-8"))["person"]
    return MappingProxyType({entry["sub"]: Person.model_validate(entry) for entry in entries})
