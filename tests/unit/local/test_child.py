"""Processes of the local stack: ready when they say so, gone when they should be."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.child import Child, NotReady
from tests.support.eventually import eventually

FOR_EVER = "import time, sys; print('ready', flush=True); time.sleep(600)"


@pytest.fixture
def children(tmp_path: Path) -> Iterator[list[Child]]:
    made: list[Child] = []
    yield made
    for child in made:
        child.kill()


def python(tmp_path: Path, code: str, children: list[Child], **options: float) -> Child:
    child = Child("probe", [sys.executable, "-c", code], tmp_path / "probe.log", **options)  # type: ignore[arg-type]
    children.append(child)
    return child


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # gone before it was opened, or before it was read
        return False


def said_ready(child: Child) -> bool:
    return "ready" in child.last_words()


def test_a_process_that_ends_before_it_is_ready_is_named_with_its_last_words(
    tmp_path: Path, children: list[Child]
) -> None:
    child = python(tmp_path, "raise SystemExit('no database there')", children)
    child.start()
    with pytest.raises(NotReady, match="no database there"):
        child.wait_until(lambda: False)


def test_a_process_that_is_never_ready_is_named(tmp_path: Path, children: list[Child]) -> None:
    child = python(tmp_path, FOR_EVER, children)
    child.start()
    with pytest.raises(NotReady, match="probe was not ready"):
        child.wait_until(lambda: False, within=0.2)


async def test_a_process_that_does_not_listen_is_killed_with_everything_it_started(
    tmp_path: Path, children: list[Child]
) -> None:
    code = (
        "import signal, subprocess, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        "print('ready', inner.pid, flush=True); inner.wait()"
    )
    child = python(tmp_path, code, children, grace=0.2)
    child.start()
    child.wait_until(lambda: said_ready(child))
    inner = int(child.last_words().split()[1])
    child.stop()
    assert not child.running
    await eventually(lambda: not alive(inner))


async def test_a_process_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "probe.log"
    code = (
        "import sys, time; from pathlib import Path; from deploy.local.child import Child;"
        f"child = Child('inner', [sys.executable, '-c', {FOR_EVER!r}], Path({str(log)!r}));"
        "child.start(); child.wait_until(lambda: 'ready' in child.last_words());"
        "print(child.process.pid, flush=True); time.sleep(600)"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout is not None
    inner = int(await parent.stdout.readline())
    assert alive(inner)
    parent.kill()
    await parent.wait()
    await eventually(lambda: not alive(inner))
