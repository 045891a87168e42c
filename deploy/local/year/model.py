"""The year as its data files say it, and what becomes of it: one step after the other, each with what it must cause."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict

DATA = Path(__file__).parent / "data"
SPACE = UUID("c15bd000-2017-5000-8000-000000000000")


def identity(name: str) -> UUID:
    """The id of the thing or command of that name: the same each time, so that a repeated step repeats nothing."""
    return uuid5(SPACE, name)


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Institution(_Data):
    code: str
    id: UUID
    name: str
    kind: str
    feminine: bool
    commune: str | None = None
    email: str
    seat: str
    designated_by: str
    sits_in: tuple[str, ...]


class Body(_Data):
    code: str
    name: str
    kind: str
    theme: str | None = None

    @property
    def id(self) -> UUID:
        return identity(self.code)


class Bodies(_Data):
    order_number: str
    order_date: date
    effective_on: date
    constituted_at: datetime
    agreed_on: date
    body: tuple[Body, ...]


class Told(_Data):
    """Deliveries that a fact must cause."""

    subject: str
    whom: tuple[str, ...]


class Move(_Data):
    """A number of a figure that changes; `by` may name a value of the step."""

    figure: str
    row: str | None = None
    column: str | None = None
    by: int | str = 1
    becomes: str | None = None


class Act(_Data):
    """Something that can be done; see acts.toml."""

    path: str
    by: str
    says: str
    events: tuple[str, ...]
    told: tuple[Told, ...] = ()
    moves: tuple[Move, ...] = ()
    counts: tuple[str, ...] = ()


class Step(_Data):
    """One command of the year. `at` is the hour in Paris; `about` are the values that its act's expectations name."""

    act: str
    id: str
    at: datetime
    title: str
    by: str | None = None
    command: str = ""
    body: dict[str, Any] = {}
    about: dict[str, Any] = {}
    refused: str | None = None


def read(name: str) -> dict[str, Any]:
    """A data file."""
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def institutions() -> dict[str, Institution]:
    """By code."""
    found = [Institution.model_validate(entry) for entry in read("institutions.toml")["institution"]]
    return {each.code: each for each in found}


def bodies() -> Bodies:
    return Bodies.model_validate(read("bodies.toml"))


def acts() -> dict[str, Act]:
    """By name."""
    return {name: Act.model_validate(entry) for name, entry in read("acts.toml").items()}
