"""The compatibility gate: may this schema take the place of the one that is published?

Facts stay on topics for years and services are deployed one by one, so both directions are promised: today's reader
reads what was written under the published schema, and a reader of the published schema reads what is written today.
"""

import json
from collections.abc import Iterator
from typing import Any

import jsoncompat

from .json_schema import Schema, as_writer

ADVICE = (
    "Leave this version as it is published and add a class {name}V{next} with version = {next} beside it; emit both "
    "until no consumer of v{version} is left in topics.toml."
)


def breaks(published: Schema, proposed: Schema) -> list[str]:
    """Sentences about what would break; empty when the proposed schema may replace the published one."""
    found = []
    if not _contains(wider=proposed, narrower=as_writer(published)):
        found.append("today's readers could not read what was written under the published schema")
    if not _contains(wider=published, narrower=as_writer(proposed)):
        found.append("readers of the published schema could not read what is written today")
    before, after = dict(_forms(published, published)), dict(_forms(proposed, proposed))
    changed = sorted(path for path in before.keys() & after.keys() if before[path] != after[path])
    return found + [f"the format or pattern of {path} changed" for path in changed]


def verdict(published: Schema, proposed: Schema) -> str | None:
    """None, or a message that names the event version, what would break and what to do."""
    found = breaks(published, proposed)
    if not found:
        return None
    name, _, version = str(published["title"]).rpartition(".v")
    advice = ADVICE.format(name=name, version=version, next=int(version) + 1)
    return f"{published['title']} changed incompatibly: {'; '.join(found)}. {advice}"


def _contains(*, wider: Schema, narrower: Schema) -> bool:
    # jsoncompat takes an `$id` for a reference to somewhere else.
    narrow, wide = ({key: part for key, part in schema.items() if key != "$id"} for schema in (narrower, wider))
    return bool(jsoncompat.check_compat(json.dumps(narrow), json.dumps(wide), "deserializer"))


def _forms(node: Any, root: Schema, path: str = "value") -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Path → (format, pattern) of every string; jsoncompat takes these two for remarks."""
    node = _resolved(node, root)
    if "format" in node or "pattern" in node or node.get("type") == "string":
        yield path, (node.get("format"), node.get("pattern"))
    for name, child in node.get("properties", {}).items():
        yield from _forms(child, root, f"{path}.{name}")
    if "items" in node:
        yield from _forms(node["items"], root, f"{path}[]")
    for child in node.get("anyOf", []):
        yield from _forms(child, root, path)


def _resolved(node: dict[str, Any], root: Schema) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    return dict(root["$defs"][node["$ref"].rpartition("/")[2]])
