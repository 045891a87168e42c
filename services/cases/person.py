"""Who a case is about, as a command brings it in and a reading gives it out. In the database only sealed."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.cases.domain.access import SealedField
from services.cases.texts import Line, Words


class _Personal(BaseModel):
    # Hidden from repr, so that no log or traceback can carry a name.
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    __str__ = __repr__


class Address(_Personal):
    line: Line = Field(description="Number and street.")
    complement: Words = Field(default="", description="Building, flat, care of.")
    postal_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")] = Field(description="Five digits.")
    town: Line


class Capacity(StrEnum):
    """In what capacity somebody represents a minor."""

    MOTHER = "mother"
    FATHER = "father"
    GUARDIAN = "guardian"
    INSTITUTION = "institution"


class Representative(_Personal):
    family_name: Line
    given_name: Words = ""
    capacity: Capacity
    address: Address | None = Field(default=None, description="Absent when it is the person's own.")


class Person(_Personal):
    family_name: Line
    given_name: Line
    birth_date: date
    address: Address


def sealed_fields(person: Person, representatives: tuple[Representative, ...]) -> dict[SealedField, Any]:
    """The values to seal, each in its JSON form."""
    return {
        SealedField.NAME: {"family_name": person.family_name, "given_name": person.given_name},
        SealedField.BIRTH_DATE: person.birth_date.isoformat(),
        SealedField.ADDRESS: person.address.model_dump(mode="json"),
        SealedField.REPRESENTATIVES: dumped(representatives),
    }


def dumped(representatives: tuple[Representative, ...]) -> list[dict[str, Any]]:
    return [representative.model_dump(mode="json") for representative in representatives]


class OpenedName(_Personal):
    family_name: str
    given_name: str


class OpenedCase(_Personal):
    """What a reading opened; a field that its reason does not open is absent."""

    name: OpenedName | None = None
    birth_date: date | None = None
    address: Address | None = None
    representatives: tuple[Representative, ...] | None = None
    facts_on: date | None = None
    place: str | None = None
    narrative: str | None = None

    @classmethod
    def of(cls, opened: dict[SealedField, Any]) -> OpenedCase:
        return cls.model_validate({field.value.replace("-", "_"): value for field, value in opened.items()})
