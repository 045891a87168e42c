"""What may travel on which class of topic. Source: the council's rules on what may be said on a shared bus."""

from collections.abc import Iterator
from typing import Any

import pytest

from schemas.catalogue import TOPICS, Topic
from schemas.envelope import Event
from schemas.json_schema import Schema, schema_of

from .events import EVERY_EVENT

NAMES_A_PERSON = {
    "person", "resident", "author", "victim", "parent", "parents", "guardian", "child", "minor", "informant", "witness",
    "first", "last", "surname", "firstname", "lastname", "birth", "born", "birthdate", "birthday", "age",
    "address", "street", "postcode", "phone", "mobile", "mail", "email", "photo", "gender", "sex", "nationality",
    "religion", "opinion", "health", "narrative", "facts", "judgement", "verdict",
}  # fmt: skip
SAYS_TOO_MUCH_OF_A_CASE = {
    "name", "title", "subject", "text", "note", "comment", "place", "school", "district", "number", "motive", "outcome",
    "letter", "file", "hash", "family",
}  # fmt: skip
CODED_BANDS = {"age_band", "age_bands"}
CLOSED = {"enum", "const", "pattern", "format"}


def fields(schema: Schema) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field with its name, at any depth."""
    for part in (schema, *schema.get("$defs", {}).values()):
        yield from part.get("properties", {}).items()


def _words(name: str) -> set[str]:
    return set() if name in CODED_BANDS else set(name.lower().split("_"))


def forbidden_fields(schema: Schema, data_class: str) -> list[str]:
    """Names that say by themselves that they do not belong on a topic of this class."""
    denied = NAMES_A_PERSON | (SAYS_TOO_MUCH_OF_A_CASE if data_class == "B" else set())
    return [name for name, field in fields(schema) if _words(name) & denied and field.get("type") != "boolean"]


def free_texts(schema: Schema) -> list[str]:
    """Fields that could hold any sentence: strings with no list of values, no pattern and no format."""
    return [name for name, field in fields(schema) for kind in _kinds(field) if _is_free_text(kind)]


def _kinds(field: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield field
    for inner in (*field.get("anyOf", []), *([field["items"]] if "items" in field else [])):
        yield from _kinds(inner)


def _is_free_text(kind: dict[str, Any]) -> bool:
    return kind.get("type") == "string" and not CLOSED & kind.keys()


@pytest.mark.parametrize(("topic", "event"), EVERY_EVENT)
def test_every_field_and_every_event_is_described(topic: Topic, event: type[Event]) -> None:
    schema = schema_of(event)
    assert schema.get("description"), "an event says in its docstring what happened"
    assert [name for name, field in fields(schema) if not _description(field, schema)] == []


def _description(field: dict[str, Any], schema: Schema) -> str | None:
    """Its own, or that of its type: pydantic writes the same sentence only once."""
    named = schema["$defs"][field["$ref"].rpartition("/")[2]] if "$ref" in field else {}
    return field.get("description") or named.get("description")


@pytest.mark.parametrize(("topic", "event"), EVERY_EVENT)
def test_no_field_is_made_for_a_persons_data(topic: Topic, event: type[Event]) -> None:
    assert forbidden_fields(schema_of(event), topic.data_class) == []


@pytest.mark.parametrize(("topic", "event"), [p for p in EVERY_EVENT if p.values[0].data_class in "BC"])
def test_restricted_and_statistical_facts_hold_no_free_text(topic: Topic, event: type[Event]) -> None:
    assert free_texts(schema_of(event)) == []


@pytest.mark.parametrize(("topic", "event"), [p for p in EVERY_EVENT if p.values[0].data_class == "B"])
def test_a_case_is_known_by_one_random_id_only(topic: Topic, event: type[Event]) -> None:
    assert _of_format(schema_of(event), "uuid") == [event.aggregate]


@pytest.mark.parametrize(("topic", "event"), [p for p in EVERY_EVENT if p.values[0].data_class == "C"])
def test_a_statistical_fact_has_its_own_id_one_month_and_nothing_that_joins_it(
    topic: Topic, event: type[Event]
) -> None:
    schema = schema_of(event)
    assert _of_format(schema, "uuid") == [event.aggregate]
    assert _of_format(schema, "date") == ["month"]
    assert _of_format(schema, "date-time") == []
    others = {field for other in TOPICS.values() if other.data_class != "C" for field in other.keys}
    assert not others & {name for name, _ in fields(schema)}


def _of_format(schema: Schema, form: str) -> list[str]:
    return [name for name, field in fields(schema) for kind in _kinds(field) if kind.get("format") == form]


def test_nobody_but_their_producer_sees_both_the_cases_and_their_statistics() -> None:
    """Two readings of one small commune's month would join what the ids keep apart."""
    readers = {data_class: _readers(data_class) for data_class in ("B", "C")}
    assert readers["B"] & readers["C"] == set()


def _readers(data_class: str) -> set[str]:
    topics = [topic for topic in TOPICS.values() if topic.data_class == data_class]
    return {service for topic in topics for names in topic.consumers.values() for service in names}


def test_restricted_topics_forget_after_four_weeks() -> None:
    kept = {topic.name: topic.retention_days for topic in TOPICS.values() if topic.data_class == "B"}
    assert all(0 < days <= 28 for days in kept.values()), kept


def test_statistical_topics_forget_but_not_before_a_month_after_their_stamp_is_over() -> None:
    """Their records are stamped with the first of the month: on the last day they look 31 days old already."""
    kept = {topic.name: topic.retention_days for topic in TOPICS.values() if topic.data_class == "C"}
    assert all(31 + 28 <= days <= 62 for days in kept.values()), kept


@pytest.mark.parametrize(
    ("field", "data_class"),
    [("last_name", "A"), ("email_address", "A"), ("birth_date", "C"), ("motive", "B"), ("case_number", "B")],
)
def test_the_deny_list_catches(field: str, data_class: str) -> None:
    schema = {"properties": {field: {"type": "string"}}}
    assert forbidden_fields(schema, data_class) == [field]


def test_free_text_is_found_at_any_depth() -> None:
    schema = {
        "properties": {
            "codes": {"type": "array", "items": {"type": "string"}},
            "id": {"type": "string", "format": "uuid"},
        },
        "$defs": {"Part": {"properties": {"remark": {"anyOf": [{"type": "string"}, {"type": "null"}]}}}},
    }
    assert free_texts(schema) == ["codes", "remark"]
