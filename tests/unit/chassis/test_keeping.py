"""Loops of a process that break."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from services.chassis.clock import Clock
from services.chassis.database import Database, DatabaseUnavailable
from services.chassis.keeping import FIRST_PAUSE, LONGEST_PAUSE, WELL_AFTER, keep_alive, pause_after
from services.chassis.running import Running


@pytest.fixture
def running() -> Running:
    return Running(service_name="x", database=Database("postgresql://nobody"), settings=None, clock=Clock())


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (DatabaseUnavailable(), ("loop.waits", "warning")),
        (asyncpg.InternalClientError("cannot switch to state 15"), ("loop.waits", "warning")),
        (KeyError("x"), ("loop.broke", "error")),
    ],
)
async def test_a_loop_that_breaks_starts_again_and_says_whether_it_passes(
    running: Running, fault: Exception, said: tuple[str, str]
) -> None:
    lives: list[int] = []

    async def loop() -> None:
        lives.append(1)
        running.progress("loop")
        if len(lives) == 1:
            raise fault

    with capture_logs() as logs:
        await keep_alive(running, "loop", loop)
    assert len(lives) == 2
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [said]
    assert running.stalled() == []


async def test_a_process_that_stops_does_not_start_it_again(running: Running) -> None:
    async def loop() -> Any:
        running.stopping.set()
        raise KeyError

    await keep_alive(running, "loop", loop)


def test_pauses_grow_to_a_bound_and_begin_anew_after_a_life_that_was_well() -> None:
    pauses = [pause_after(0.0, 1.0)]
    for _ in range(9):
        pauses.append(pause_after(pauses[-1], 1.0))
    assert pauses == sorted(pauses)
    assert pauses[0] == FIRST_PAUSE
    assert pauses[-1] == LONGEST_PAUSE
    assert pause_after(LONGEST_PAUSE, WELL_AFTER + 1) == FIRST_PAUSE
