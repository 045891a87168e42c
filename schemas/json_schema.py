"""JSON Schema 2020-12 of an event version.

What is published is what a reader may rely on: open, so that a field may join later. What the writer sends is the
same schema closed: every field present and nothing else. The compatibility gate compares the one with the other.
"""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from .envelope import Event

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


class _WithoutFieldTitles(GenerateJsonSchema):
    """A title that only repeats the field's name says nothing."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schema_of(event: type[Event]) -> Schema:
    """The published schema of an event version: its reader's side."""
    schema = event.model_json_schema(schema_generator=_WithoutFieldTitles, mode="validation")
    return {"$schema": DIALECT, "$id": event.dataschema()} | schema | {"title": event.type_name()}


def as_writer(schema: Schema) -> Schema:
    """The closed side of a published schema: what its writer puts on the wire, always every field."""
    closed: Schema = {key: _closed(value) for key, value in schema.items()}
    if "properties" in schema:
        closed |= {"required": sorted(schema["properties"]), "additionalProperties": False}
    return closed


def _closed(value: Any) -> Any:
    if isinstance(value, dict):
        return as_writer(value)
    return [_closed(item) for item in value] if isinstance(value, list) else value
