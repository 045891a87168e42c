"""Golden examples: every event version ever published can be read by today's models."""

import json
from typing import Any

import jsonschema_rs
import pytest

from schemas.catalogue import Topic, event_class
from schemas.envelope import Envelope, Event
from schemas.json_schema import as_writer, schema_of
from schemas.publish import EXAMPLES, PUBLISHED, example_path

from .events import EVERY_EVENT

GOLDEN = sorted(path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.rglob("*.json"))


def _example(name: str) -> tuple[Envelope, dict[str, Any]]:
    example = json.loads((EXAMPLES / name).read_text(encoding="utf-8"))
    headers = [(header, value.encode()) for header, value in example["headers"].items()]
    assert example["key"] == example["headers"]["ce_partitionkey"]
    return Envelope.from_headers(headers), example


@pytest.mark.parametrize(("topic", "event"), EVERY_EVENT)
def test_every_event_version_has_an_example(topic: Topic, event: type[Event]) -> None:
    assert example_path(topic, event).exists(), "write one with a realistic value, then run `make schemas`"


@pytest.mark.parametrize("name", GOLDEN)
def test_an_example_is_read_by_todays_model_and_written_back_identically(name: str) -> None:
    envelope, example = _example(name)
    model = event_class(envelope.type)
    assert model is not None, f"{envelope.type} was published once: its model stays for as long as its facts"
    fact = model.model_validate_json(json.dumps(example["value"]))
    written = fact.model_dump(mode="json")
    assert {field: written[field] for field in example["value"]} == example["value"]
    assert all(not model.model_fields[field].is_required() for field in written.keys() - example["value"].keys())
    assert fact.key == envelope.partitionkey == envelope.subject


@pytest.mark.parametrize("name", GOLDEN)
def test_an_examples_headers_are_written_back_identically(name: str) -> None:
    envelope, example = _example(name)
    assert {header: value.decode() for header, value in envelope.to_headers()} == example["headers"]


@pytest.mark.parametrize("name", GOLDEN)
def test_an_example_follows_its_published_schema(name: str) -> None:
    _, example = _example(name)
    published = json.loads((PUBLISHED / name).read_text(encoding="utf-8"))
    jsonschema_rs.validator_for(published, validate_formats=True).validate(example["value"])
    assert published["$id"] == example["headers"]["ce_dataschema"]


@pytest.mark.parametrize(("topic", "event"), EVERY_EVENT)
def test_what_is_written_today_follows_the_closed_side_of_the_schema(topic: Topic, event: type[Event]) -> None:
    value = json.loads(example_path(topic, event).read_text(encoding="utf-8"))["value"]
    written = event.model_validate(value).model_dump(mode="json")
    jsonschema_rs.validator_for(as_writer(schema_of(event)), validate_formats=True).validate(written)


@pytest.mark.parametrize(("topic", "event"), EVERY_EVENT)
def test_a_reader_ignores_a_field_it_does_not_know(topic: Topic, event: type[Event]) -> None:
    value = json.loads(example_path(topic, event).read_text(encoding="utf-8"))["value"]
    assert event.model_validate(value | {"joined_later": 1}) == event.model_validate(value)
    jsonschema_rs.validator_for(schema_of(event), validate_formats=True).validate(value | {"joined_later": 1})
