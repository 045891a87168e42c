"""How far a rebuild is: a bar on a terminal, a line of the log every few seconds elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Protocol

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn

_log = structlog.get_logger()
LOG_SECONDS = 5.0


class Tell(Protocol):
    def __call__(self, done: int, total: int, *, step: str) -> None: ...


class _Rate(ProgressColumn):
    def render(self, task: Task) -> str:
        return f"{task.speed or 0:,.0f} records/s"


@contextmanager
def telling(name: str) -> Iterator[Tell]:
    """What is to be called at each step of the rebuild `name`."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _logging(name)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(name)

        def tell(done: int, total: int, *, step: str) -> None:
            bar.update(task, completed=done, total=total, description=f"{name}: {step}")

        yield tell


@contextmanager
def quiet(_: str) -> Iterator[Tell]:
    """For a worker: its parent tells."""
    yield lambda done, total, *, step: None


def _logging(name: str) -> Tell:
    first: list[tuple[float, int]] = []
    told: list[tuple[float, str]] = []

    def tell(done: int, total: int, *, step: str) -> None:
        now = monotonic()
        first.append((now, done)) if not first else None
        if told and told[-1][1] == step and now - told[-1][0] < LOG_SECONDS:
            return
        told[:] = [(now, step)]
        rate = (done - first[0][1]) / max(now - first[0][0], 0.001)
        left = round((total - done) / rate) if rate else None
        _log.info(
            "rebuild.progress", rebuild=name, step=step, done=done, total=total, rate=round(rate), seconds_left=left
        )

    return tell
