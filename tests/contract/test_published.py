"""What is published is what the code says, and it is well formed."""

import json
import shutil
from pathlib import Path

import jsonschema_rs
import pytest

from schemas import publish
from schemas.catalogue import TOPICS, Topic
from schemas.envelope import Event
from schemas.json_schema import DIALECT, schema_of
from schemas.publish import PUBLISHED, drifted, published_files

from .events import EVERY_EVENT

OFFICIAL = Path(__file__).parent / "official" / "asyncapi-3.0.0.json"
AS_BUILT = published_files()


def test_published_files_are_what_the_code_says_and_no_others() -> None:
    assert drifted() == [], "run `make schemas`; a version once published is never removed"


def test_a_changed_a_missing_and_a_left_over_file_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(PUBLISHED, tmp_path / "published")
    monkeypatch.setattr(publish, "PUBLISHED", tmp_path / "published")
    assert publish.main(["--check"]) == 0
    (tmp_path / "published" / "README.md").write_text("changed")
    (tmp_path / "published" / "asyncapi.json").unlink()
    (tmp_path / "published" / "Old.v1.json").write_text("{}")
    assert drifted() == ["Old.v1.json", "README.md", "asyncapi.json"]
    assert publish.main(["--check"]) == 1


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
