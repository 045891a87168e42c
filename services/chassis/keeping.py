"""Keeps the loops of a process going: one that ends by a fault starts again, and says why."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import structlog

from services.chassis.database_faults import is_transient
from services.chassis.running import Running

_log = structlog.get_logger()
Loop = Callable[[], Awaitable[None]]
FIRST_PAUSE, LONGEST_PAUSE, WELL_AFTER = 0.2, 10.0, 60.0
"""Seconds; a loop that lived for WELL_AFTER was well, and its next fault is a first one again."""


async def keep_alive(running: Running, name: str, loop: Loop) -> None:
    """Runs `loop` until it returns by itself or the process is to stop.

    What passes by itself (an outage of PostgreSQL) is a warning; a fault nobody foresaw is an error, and must not end
    the process silently.
    """
    pause = 0.0
    while not running.stopping.is_set():
        began = time.monotonic()
        try:
            await loop()
            break
        except Exception as error:
            pause = pause_after(pause, time.monotonic() - began)
            if is_transient(error):
                _log.warning("loop.waits", loop=name, again_in=pause, exc_info=error)
            else:
                _log.error("loop.broke", loop=name, again_in=pause, exc_info=error)
            await running.pause(pause)
    running.finished(name)


def pause_after(last: float, lived: float) -> float:
    """Seconds until a loop starts again that broke after `lived` seconds; `last` was its pause before, 0 at first."""
    return FIRST_PAUSE if lived > WELL_AFTER else min(max(last * 2, FIRST_PAUSE), LONGEST_PAUSE)
