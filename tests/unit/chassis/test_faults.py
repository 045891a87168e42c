from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from services.chassis.errors import InvalidInput, Refusal
from services.chassis.faults import faults_of
from services.chassis.http.problems import problem
from services.chassis.http.routes import version_of


class Line(BaseModel):
    title: str


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")
    day: date
    id: UUID
    lines: list[Line]


def test_each_fault_names_its_field_and_never_repeats_the_value() -> None:
    with pytest.raises(ValidationError) as refused:
        Form.model_validate({"day": "Jean Dupont", "id": "Dupont", "lines": [{}], "more": "Dupont"})
    faults = faults_of(refused.value.errors())
    assert [field for field, _ in faults] == ["day", "id", "lines.0.title", "more"]
    assert "Dupont" not in "".join(sentence for _, sentence in faults)


class Kind(StrEnum):
    GROUP = "group"
    PLENARY = "plenary"


class Chosen(BaseModel):
    kind: Kind
    seat: Literal["before or after", "during"]


def test_what_may_be_chosen_is_told_in_french_and_the_choices_as_they_are() -> None:
    with pytest.raises(ValidationError) as refused:
        Chosen.model_validate({"kind": "", "seat": ""})
    assert [sentence for _, sentence in faults_of(refused.value.errors())] == [
        "Choisissez une valeur de la liste : 'group' ou 'plenary'.",
        "Choisissez une valeur de la liste : 'before or after' ou 'during'.",
    ]


class TooShort(Refusal):
    status = 422
    sentence = "La date laisse {days} jours ; il en faut {required}."
    default_field = "starts_at"


def test_a_refusal_becomes_a_problem_document_with_its_name_as_code() -> None:
    document = problem(TooShort(days=5, required=7, proposal="2017-02-21"), "/api/things/1")
    assert (document.status, document.code, document.field) == (422, "TooShort", "starts_at")
    assert document.detail == "La date laisse 5\u00a0jours\u202f; il en faut 7."
    assert document.proposal == "2017-02-21"


@pytest.mark.parametrize(("header", "version"), [(None, None), ("*", None), ('"3"', 3), ('W/"12"', 12), ("4", 4)])
def test_if_match_names_a_version(header: str | None, version: int | None) -> None:
    assert version_of(header) == version


@pytest.mark.parametrize("header", ["x", '"-1"', '""', '"١"', '"99999999999"'])
def test_an_if_match_that_is_no_version_is_refused(header: str) -> None:
    with pytest.raises(InvalidInput):
        version_of(header)
