"""`python -m schemas.gate`: may what the code says take the place of what is published on the main branch?

It compares with git and not with the folder, which `make schemas` writes anew together with a careless change. Exit 1
names every promise that would be broken, and what to do instead.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from .compatibility import verdict
from .contract import ROOT, Contract, at_commit, on_disk, proposed, read

BASE = "CISPD_CONTRACT_BASE"
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


def bases() -> list[str]:
    """The commits whose contract is promised; empty where git cannot tell.

    CISPD_CONTRACT_BASE, else where this branch left origin/main or main; on main itself the commit before, and HEAD for
    what is not committed yet.
    """
    if named := os.environ.get(BASE):
        return [named]
    head = _commit("HEAD")
    for branch in ("origin/main", "main"):
        if _commit(branch) and (fork := _git("merge-base", "HEAD", branch)):
            return [fork] if fork != head else [commit for commit in (_commit("HEAD~1"), head) if commit]
    return [head] if head else []


def _commit(name: str) -> str:
    return _git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")


def _git(*arguments: str) -> str:
    try:
        said = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return said.stdout.strip() if said.returncode == 0 else ""


def main() -> int:
    """0 when every promise is kept."""
    compared = bases()
    if any(not _commit(base) for base in compared):
        print(f"{BASE} names {compared[0]}, which is no commit here: fetch it (git fetch --unshallow), or unset it")
        return 1
    against = {base: read(at_commit(base)) for base in compared} or {"the folder schemas/published": read(on_disk())}
    _say_what_is_missing(compared)
    now = proposed()
    found = [sentence for published in against.values() for sentence in broken(published, now)]
    for sentence in dict.fromkeys(found):
        print(sentence)
    if not found:
        print(f"Contract: every promise of {' and of '.join(against)} is kept.")
    return 1 if found else 0


def _say_what_is_missing(compared: list[str]) -> None:
    if not compared:
        print(f"No git history here: what `make schemas` wrote over cannot be seen. Fetch main, or set {BASE}.")
    elif os.environ.get(BASE) is None and compared == [_commit("HEAD")]:
        print(f"Only HEAD to compare with (a shallow clone?): a change that is committed is not seen. Set {BASE}.")


if __name__ == "__main__":
    sys.exit(main())
