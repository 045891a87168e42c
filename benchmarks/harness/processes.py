"""Processes under measurement: started, watched by /proc, ended. Linux only."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local.child import Child, NotReady

TICKS = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).parents[2]


class Measured(Child):
    """A child whose processor time and memory can be read while it runs."""

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def cpu_seconds(self) -> float:
        """Processor time so far. Raises NotReady with its last words when it has ended."""
        self.must_run()
        return cpu_seconds(self.pid)

    def peak_mb(self) -> float:
        """Most memory it ever held at once (resident), in MB."""
        self.must_run()
        return peak_mb(self.pid)

    def must_run(self) -> None:
        if not self.running:
            raise NotReady(f"{self.name} ended:\n{self.last_words()}")


@contextmanager
def started(
    name: str, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Measured]:
    """Runs a command from the project's folder for the time of the block; then it is gone, with what it started."""
    child = Measured(name, command, log, {"PYTHONPATH": str(ROOT), **(environment or {})}, grace=15)
    child.start()
    try:
        yield child
    finally:
        child.stop()


def python(module: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", module, *map(str, arguments)]


def cpu_seconds(pid: int, *, with_children: bool = False) -> float:
    """User and system time of a process; `with_children` adds those it has and had (PostgreSQL's backends)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    spent = int(fields[11]) + int(fields[12])
    if with_children:
        spent += int(fields[13]) + int(fields[14])
    total = spent / TICKS
    for child in _children(pid) if with_children else ():
        try:
            total += cpu_seconds(child, with_children=True)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total


def peak_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise ProcessLookupError(pid)


def family(pid: int) -> Iterator[int]:
    """The process and those it has started, and they, that are still there."""
    yield pid
    for child in _children(pid):
        yield from family(child)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
