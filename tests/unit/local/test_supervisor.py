"""The supervisor: dead parts come back, halted ones stay down, nothing is left at the end."""

import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local.child import Child, NotReady
from deploy.local.supervisor import Supervisor
from tests.support.eventually import eventually

READY = "import time; print('ready', flush=True); time.sleep(600)"


@dataclass
class Probe:
    child: Child

    def launch(self) -> None:
        self.child.log.unlink(missing_ok=True)
        self.child.start()

    def ready(self) -> bool:
        return self.child.running and "ready" in self.child.last_words()


def probe(folder: Path, code: str = READY) -> Probe:
    return Probe(Child("probe", [sys.executable, "-c", code], folder / "probe.log"))


@pytest.fixture
async def supervisor() -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(say=lambda line: None)
    yield supervisor
    await supervisor.stop(["probe"])


async def test_a_part_that_is_killed_comes_back(supervisor: Supervisor, tmp_path: Path) -> None:
    part = probe(tmp_path)
    await supervisor.launch("probe", part)
    supervisor.watch()
    first = part.child.process
    supervisor.kill("probe")
    await eventually(part.ready)
    assert part.child.process is not first


async def test_a_halted_part_stays_down_until_it_is_resumed(supervisor: Supervisor, tmp_path: Path) -> None:
    part = probe(tmp_path)
    other = probe(tmp_path / "other")
    await supervisor.launch("probe", part)
    await supervisor.launch("other", other)
    supervisor.watch()
    await supervisor.halt("probe")
    supervisor.kill("other")
    await eventually(other.ready)  # the watcher has been round
    assert not part.child.running
    await supervisor.resume("probe")
    assert part.ready()
    await supervisor.stop(["other"])


async def test_a_part_that_cannot_start_is_reported_with_its_last_words(supervisor: Supervisor, tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="settings are missing"):
        await supervisor.launch("probe", probe(tmp_path, "raise SystemExit('settings are missing')"))


async def test_stopping_leaves_nothing_running(tmp_path: Path) -> None:
    supervisor = Supervisor(say=lambda line: None)
    part = probe(tmp_path)
    await supervisor.launch("probe", part)
    supervisor.watch()
    await supervisor.stop(["probe"])
    await supervisor.stop(["probe"])
    assert not part.child.running
