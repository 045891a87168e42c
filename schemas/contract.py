"""The contract as it stood at some moment, read from its files: schemas, topics, headers, keys and examples."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .asyncapi import document
from .catalogue import TOPICS
from .json_schema import Schema, schema_of

ROOT = Path(__file__).parents[1]
TOPICS_FILE, EXAMPLES, PUBLISHED = "schemas/topics.toml", "schemas/examples/", "schemas/published/"
ASYNCAPI = f"{PUBLISHED}asyncapi.json"


@dataclass(frozen=True)
class Contract:
    """`schemas` and `examples` by « topic/Event.v1 »; `topics` as topics.toml says them; `keys` by « Event.v1 »."""

    schemas: Mapping[str, Schema]
    topics: Mapping[str, Mapping[str, Any]]
    headers: Schema
    keys: Mapping[str, str]
    examples: Mapping[str, str]


def read(files: Mapping[str, str]) -> Contract:
    """The contract that `files` (path → text) hold; parts that are not among them are empty."""
    api = json.loads(files.get(ASYNCAPI, "{}"))
    return Contract(
        schemas={
            _name(path, PUBLISHED): json.loads(text)
            for path, text in files.items()
            if path.startswith(PUBLISHED) and "/" in path.removeprefix(PUBLISHED)
        },
        topics=tomllib.loads(files.get(TOPICS_FILE, "")),
        headers=_headers(api),
        keys=_keys(api),
        examples={_name(path, EXAMPLES): text for path, text in files.items() if path.startswith(EXAMPLES)},
    )


def proposed() -> Contract:
    """What the code says now, whether or not `make schemas` has been run."""
    api, files = document(), on_disk()
    return Contract(
        schemas={f"{t.name}/{e.type_name()}": schema_of(e) for t in TOPICS.values() for e in t.events},
        topics=tomllib.loads(files[TOPICS_FILE]),
        headers=_headers(api),
        keys=_keys(api),
        examples=read(files).examples,
    )


def on_disk() -> dict[str, str]:
    """The contract's files as they lie here."""
    found = [ROOT / TOPICS_FILE, *(ROOT / EXAMPLES).rglob("*.json"), *(ROOT / PUBLISHED).rglob("*.json")]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in found}


def at_commit(commit: str) -> dict[str, str]:
    """The contract's files at a commit; none where it had no contract yet."""
    packed = subprocess.run(["git", "archive", commit, "schemas"], cwd=ROOT, capture_output=True, check=False)
    if packed.returncode:
        return {}
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        members = [m for m in archive.getmembers() if m.isfile() and m.name.endswith((".json", ".toml"))]
        return {m.name: archive.extractfile(m).read().decode() for m in members}  # type: ignore[union-attr]


def _name(path: str, folder: str) -> str:
    return path.removeprefix(folder).removesuffix(".json")


def _headers(api: Mapping[str, Any]) -> Schema:
    traits = api.get("components", {}).get("messageTraits", {})
    return dict(traits.get("CloudEvent", {}).get("headers", {}))


def _keys(api: Mapping[str, Any]) -> dict[str, str]:
    messages = api.get("components", {}).get("messages", {})
    return {name: message["bindings"]["kafka"]["key"]["description"] for name, message in messages.items()}
