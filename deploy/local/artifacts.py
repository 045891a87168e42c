"""Kafka's jars, by a locked list of Maven coordinates with their SHA-256 (deploy/kafka/artifacts.lock.toml).

The list names no registry: jgo knows where Maven coordinates live. Every file is checked before each use.
`python -m deploy.local.artifacts lock` resolves the list again.
"""

import fcntl
import hashlib
import os
import sys
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "deploy" / "kafka" / "artifacts.lock.toml"
WANTED = ("org.apache.kafka:kafka_2.13:4.4.0", "org.slf4j:slf4j-simple:1.7.36")


class ChecksumMismatch(RuntimeError):
    """A downloaded file is not the one that was locked."""


@dataclass(frozen=True)
class Locked:
    coordinate: str
    sha256: str

    def jar(self, context: Any) -> Path:
        """The verified file, downloaded when it is missing or was left half written."""
        group, name, version = self.coordinate.split(":")
        artifact = context.project(group, name).at_version(version).artifact()
        path = Path(artifact.resolve())
        if _sha256(path) != self.sha256:
            path.unlink()
            path = Path(artifact.resolve())
        if _sha256(path) != self.sha256:
            path.unlink()
            raise ChecksumMismatch(f"{self.coordinate} is not the file that was locked; it was removed")
        return path


def class_path() -> list[Path]:
    """All jars of the lock, verified; what is missing is downloaded into the cache folder, with progress."""
    locked = [Locked(**entry) for entry in tomllib.loads(LOCK.read_text())["artifact"]]
    with _alone():
        context = _context()
        missing = [entry for entry in locked if not _cached(entry, context)]
        if missing:
            _fetch(missing, context)
        return [entry.jar(context) for entry in locked]


def cache_folder() -> Path:
    """Where downloads are kept between runs; `make clean` leaves it."""
    return Path(os.environ.get("CISPD_CACHE", ROOT / ".cache"))


def _fetch(missing: list[Locked], context: Any) -> None:
    began = time.monotonic()
    size = 0
    with ThreadPoolExecutor(6) as pool:
        for done, path in enumerate(pool.map(lambda entry: entry.jar(context), missing), start=1):
            size += path.stat().st_size
            _say(f"\r  Kafka: {done}/{len(missing)} files, {size / 1e6:.0f} MB, {time.monotonic() - began:.0f} s")
    _say("\n")


def _cached(entry: Locked, context: Any) -> bool:
    group, name, version = entry.coordinate.split(":")
    path = context.project(group, name).at_version(version).artifact().cached_path
    return path is not None and path.exists()


def _context() -> Any:
    from jgo.maven import MavenContext

    return MavenContext(repo_cache=cache_folder() / "maven", timeout=120)


@contextmanager
def _alone() -> Iterator[None]:
    """Two stacks that start together must not download into the same file."""
    cache_folder().mkdir(parents=True, exist_ok=True)
    with (cache_folder() / "maven.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def lock() -> None:
    """Resolves the wanted coordinates with everything they need and writes the lock anew."""
    from jgo.parse import Coordinate

    context = _context()
    wanted = [context.create_dependency(replace(Coordinate.parse(name), scope="compile")) for name in WANTED]
    inputs, transitive = context.resolver.resolve(wanted)
    needed = [*inputs, *(found for found in transitive if found.scope in ("compile", "runtime"))]
    lines = ["# Written by `make lock`. Maven coordinates and SHA-256 of every jar on Kafka's class path.\n"]
    for found in sorted(needed, key=lambda found: (found.groupId, found.artifactId)):
        coordinate = f"{found.groupId}:{found.artifactId}:{found.version}"
        lines.append(f'\n[[artifact]]\ncoordinate = "{coordinate}"\nsha256 = "{_sha256(found.artifact.resolve())}"\n')
    LOCK.write_text("".join(lines))


if __name__ == "__main__":
    lock() if sys.argv[1:] == ["lock"] else class_path()
