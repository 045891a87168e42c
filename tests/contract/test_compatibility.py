"""A published schema changes only so that nobody who reads or writes it notices."""

from typing import Any

import pytest

from schemas.catalogue import TOPICS
from schemas.compatibility import breaks, verdict
from schemas.json_schema import DIALECT, Schema, schema_of

PROPOSED = {
    f"{topic.name}/{event.type_name()}": schema_of(event) for topic in TOPICS.values() for event in topic.events
}


def _schema(**properties: Any) -> Schema:
    optional = [name for name, field in properties.items() if "default" in field]
    required = [name for name in properties if name not in optional]
    return {
        "$schema": DIALECT,
        "title": "SessionHeld.v1",
        "type": "object",
        "properties": properties,
        "required": required,
    }


TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}
CODES = {"type": "string", "enum": ["a", "b"]}
BEFORE = _schema(id={"type": "string", "format": "uuid"}, count=COUNT, code=CODES, note=TEXT | {"default": ""})
FIELDS: dict[str, Any] = BEFORE["properties"]


def test_the_same_schema_breaks_nothing() -> None:
    assert breaks(BEFORE, BEFORE) == []


def test_a_new_field_with_a_default_breaks_nothing() -> None:
    assert breaks(BEFORE, _schema(**FIELDS, place=TEXT | {"default": ""})) == []


BREAKING = {
    "a required field joins": FIELDS | {"place": TEXT},
    "a required field leaves": {name: FIELDS[name] for name in ("id", "code", "note")},
    "a field becomes another type": FIELDS | {"count": TEXT},
    "a list of values grows": FIELDS | {"code": {"type": "string", "enum": ["a", "b", "c"]}},
    "a list of values shrinks": FIELDS | {"code": {"type": "string", "enum": ["a"]}},
    "a bound is tightened": FIELDS | {"count": COUNT | {"minimum": 1}},
    "a bound is loosened": FIELDS | {"count": {"type": "integer"}},
    "a field may be null": FIELDS | {"count": {"anyOf": [COUNT, {"type": "null"}]}},
    "a format changes": FIELDS | {"id": {"type": "string", "format": "date"}},
    "a pattern joins": FIELDS | {"note": TEXT | {"default": "", "pattern": "^x$"}},
}


@pytest.mark.parametrize("fields", BREAKING.values(), ids=BREAKING)
def test_the_gate_closes_when(fields: dict[str, Any]) -> None:
    assert breaks(BEFORE, _schema(**fields)) != []


def test_the_gate_says_which_side_breaks() -> None:
    shrunk = _schema(**(FIELDS | {"code": {"type": "string", "enum": ["a"]}}))
    assert breaks(BEFORE, shrunk) == ["today's readers could not read what was written under the published schema"]
    assert breaks(shrunk, BEFORE) == ["readers of the published schema could not read what is written today"]


def test_the_gate_says_what_to_do() -> None:
    message = verdict(BEFORE, _schema(**FIELDS, place=TEXT))
    assert message is not None
    assert message.startswith("SessionHeld.v1 changed incompatibly")
    assert "add a class SessionHeldV2 with version = 2 beside it" in message


def test_the_gate_sees_a_change_inside_a_nested_model() -> None:
    def nested(code: Schema) -> Schema:
        part = {"type": "object", "properties": {"code": code}, "required": ["code"]}
        return _schema(parts={"type": "array", "items": {"$ref": "#/$defs/Part"}}) | {"$defs": {"Part": part}}

    assert breaks(nested(CODES), nested(CODES)) == []
    assert breaks(nested(CODES), nested({"type": "string", "enum": ["a"]})) != []
    assert breaks(nested(TEXT | {"format": "date"}), nested(TEXT | {"format": "date-time"})) == [
        "the format or pattern of value.parts[].code changed"
    ]


@pytest.mark.parametrize("name", PROPOSED)
def test_every_schema_of_ours_is_compatible_with_itself(name: str) -> None:
    assert breaks(PROPOSED[name], PROPOSED[name]) == []
