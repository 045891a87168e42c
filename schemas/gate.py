"""`python -m schemas.gate`: may what the code says take the place of all that was published on the main branch?

It compares with git and not with the folder, which `make schemas` writes anew together with a careless change. Exit 1
names every promise that would be broken, and what to do instead.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from .compatibility import verdict
from .contract import PUBLISHED, Contract, at_commit, on_disk, proposed, read
from .history import AGREED, promised

BESIDE = "Declare a topic beside it, move its producer, and keep the old one until its facts and readers are gone."
STAYS = "A version once published stays: keep its class, its line in topics.toml and its example, and stop emitting it."
# In classes B and C the time facts are kept is a promise to people too, so that longer breaks it as well.
LIMITED = frozenset({"B", "C"})


def broken(published: Contract, now: Contract) -> list[str]:
    """A sentence for every promise of `published` that `now` does not keep; empty when all are kept."""
    return [*_topics(published, now), *_versions(published, now), *_headers(published, now), *_examples(published, now)]


def _topics(published: Contract, now: Contract) -> Iterator[str]:
    for name, before in published.topics.items():
        after = now.topics.get(name)
        if after is None:
            yield f"topic {name} is gone. A topic once published stays for as long as its facts: put its entry back."
            continue
        for what in ("class", "partitions", "producer"):
            if before[what] != after[what]:
                yield f"topic {name}: {what} changed from {before[what]} to {after[what]}. {BESIDE}"
        lost = sorted(set(before["keys"]) - set(after["keys"]))
        if lost:
            yield f"topic {name}: {', '.join(lost)} is no key any more; order is promised per key. {BESIDE}"
        yield from _retention(name, before, after)


def _retention(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    was, is_now = (entry["retention_days"] or float("inf") for entry in (before, after))
    if is_now < was:
        yield f"topic {name}: facts would be kept {is_now} days; readers rebuild from the {was} promised. {BESIDE}"
    elif is_now > was and before["class"] in LIMITED:
        yield f"topic {name}: class {before['class']} facts were promised to be gone after {was} days. {BESIDE}"


def _versions(published: Contract, now: Contract) -> Iterator[str]:
    for name, schema in published.schemas.items():
        if name not in now.schemas:
            yield f"{name} is gone. {STAYS}"
        elif sentence := verdict(schema, now.schemas[name]):
            yield sentence
    for name, key in published.keys.items():
        if now.keys.get(name, key) != key:
            yield f"{name}: the key was {key} and is {now.keys[name]} Order is promised per key: add a new version."


def _headers(published: Contract, now: Contract) -> Iterator[str]:
    before, after = published.headers.get("properties", {}), now.headers.get("properties", {})
    owed, asked = set(published.headers.get("required", ())), set(now.headers.get("required", ()))
    for name in sorted(asked - owed if before else ()):
        yield f"header {name} would be required. Facts already on the topics lack it: make it optional for readers."
    for name in sorted(owed - asked):
        yield f"header {name} is no longer promised. Readers rely on it: keep sending it."
    for name in sorted(before.keys() & after.keys()):
        if _shape(before[name]) != _shape(after[name]):
            yield f"header {name} has another form. Readers parse it: add a header beside it."


def _shape(header: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in header.items() if key != "description"}


def _examples(published: Contract, now: Contract) -> Iterator[str]:
    for name, text in published.examples.items():
        if name not in now.examples:
            yield f"the example of {name} is gone. It proves that yesterday's facts are read today: put it back."
        elif now.examples[name] != text and '"headers"' in text:
            yield f"the example of {name} changed. It is what was once on the wire: put it back as it was."


def main() -> int:
    """0 when every promise is kept."""
    published = promised()
    if published.lack:
        print(published.lack)
    if published.agreeing:
        return 0
    against = [read(at_commit(commit)) for commit in published.commits] or [read(on_disk())]
    now = proposed()
    found = [sentence for before in against for sentence in broken(before, now)]
    for sentence in dict.fromkeys(found):
        print(sentence)
    if found:
        print(f"A break that all concerned agreed on has its entry in {AGREED}, in the same commit.")
    else:
        print(f"Contract: every promise of {_named(published.commits)} is kept.")
    return 1 if found else 0


def _named(commits: list[str]) -> str:
    return ", ".join(commit[:10] for commit in commits) or PUBLISHED


if __name__ == "__main__":
    sys.exit(main())
