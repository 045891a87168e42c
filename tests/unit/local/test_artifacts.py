"""Kafka's jars: only the locked bytes are used."""

import hashlib
from pathlib import Path

import pytest

from deploy.local.artifacts import LOCK, ChecksumMismatch, Locked


class Registry:
    """Answers like jgo's context: a jar that appears under `folder` when it is resolved."""

    def __init__(self, folder: Path, *served: bytes) -> None:
        self.path = folder / "some.jar"
        self.served = list(served)

    def project(self, group: str, name: str) -> "Registry":
        return self

    def at_version(self, version: str) -> "Registry":
        return self

    def artifact(self) -> "Registry":
        return self

    def resolve(self) -> Path:
        if not self.path.exists():
            self.path.write_bytes(self.served.pop(0))
        return self.path


def locked(content: bytes) -> Locked:
    return Locked("org.example:some:1.0", hashlib.sha256(content).hexdigest())


def test_the_locked_file_is_used(tmp_path: Path) -> None:
    assert locked(b"right").jar(Registry(tmp_path, b"right")).read_bytes() == b"right"


def test_a_file_that_was_left_half_written_is_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "some.jar").write_bytes(b"rig")
    assert locked(b"right").jar(Registry(tmp_path, b"right")).read_bytes() == b"right"


def test_another_file_under_the_same_name_is_refused_and_removed(tmp_path: Path) -> None:
    with pytest.raises(ChecksumMismatch, match=r"org\.example:some:1\.0"):
        locked(b"right").jar(Registry(tmp_path, b"wrong", b"wrong"))
    assert not (tmp_path / "some.jar").exists()


def test_no_lock_names_a_registry() -> None:
    root = LOCK.parents[2]
    for lock in (LOCK, root / "requirements.lock", root / "requirements-dev.lock"):
        assert "://" not in lock.read_text()
