"""What is published is what the code says, and it is well formed."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from schemas.catalogue import TOPICS, Topic
from schemas.envelope import Event
from schemas.json_schema import DIALECT, schema_of
from schemas.publish import PUBLISHED, published_files

from .events import EVERY_EVENT

OFFICIAL = Path(__file__).parent / "official" / "asyncapi-3.0.0.json"
AS_BUILT = published_files()


def _on_disk() -> dict[str, str]:
    found = (path for path in PUBLISHED.rglob("*") if path.is_file())
    return {path.relative_to(PUBLISHED).as_posix(): path.read_text(encoding="utf-8") for path in found}


def test_no_published_file_is_missing_or_left_over() -> None:
    assert sorted(_on_disk()) == sorted(AS_BUILT), "run `make schemas`; a version once published is never removed"


@pytest.mark.parametrize("name", sorted(AS_BUILT))
def test_a_published_file_is_what_the_code_says(name: str) -> None:
    assert _on_disk().get(name) == AS_BUILT[name], "run `make schemas`"


@pytest.mark.parametrize(("topic", "event"), EVERY_EVENT)
def test_a_schema_is_valid_json_schema_and_known_by_its_urn(topic: Topic, event: type[Event]) -> None:
    schema = schema_of(event)
    jsonschema_rs.meta.validate(schema)
    assert schema["$schema"] == DIALECT
    assert schema["$id"] == f"urn:cispd:schema:{topic.module}.{event.type_name()}"


def test_the_asyncapi_document_follows_the_official_schema() -> None:
    official = jsonschema_rs.validator_for(json.loads(OFFICIAL.read_text(encoding="utf-8")))
    assert [error.message for error in official.iter_errors(json.loads(AS_BUILT["asyncapi.json"]))] == []


def test_the_official_schema_would_notice_a_wrong_document() -> None:
    official = jsonschema_rs.validator_for(json.loads(OFFICIAL.read_text(encoding="utf-8")))
    document = json.loads(AS_BUILT["asyncapi.json"])
    document["operations"]["meetings.send.meetings"]["action"] = "publish"
    assert not official.is_valid(document)


def test_the_asyncapi_document_has_a_channel_for_each_topic_and_every_reference_leads_somewhere() -> None:
    document = json.loads(AS_BUILT["asyncapi.json"])
    assert {channel["address"] for channel in document["channels"].values()} == set(TOPICS)
    for reference in _references(document):
        if reference.startswith("#/"):
            node = document
            for step in reference[2:].split("/"):
                node = node[step]
        else:
            assert reference.removeprefix("./") in AS_BUILT


def _references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for child in node.values() for found in _references(child)]
    return [found for child in node for found in _references(child)] if isinstance(node, list) else []
