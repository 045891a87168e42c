"""Libraries that say the same over and over: told once in a while, with how often it was held back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic

QUIET_SECONDS = 10.0
REMEMBERED = 500


class Repeats(logging.Filter):
    """Lets a line pass when its logger has not said it within `quiet` seconds; `record.held_back` counts those between.

    A client that cannot reach its broker says so ten times a second, for each node, for as long as the outage lasts.
    Lines are the same when logger, level and template are: addresses and numbers in them may differ.
    """

    def __init__(self, quiet: float = QUIET_SECONDS, now: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._quiet = quiet
        self._now = now
        self._told: dict[tuple[str, int, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if not isinstance(record.msg, str):
            return True  # a line of ours: structlog hands over a dictionary
        line, now = (record.name, record.levelno, record.msg), self._now()
        since, held_back = self._told.get(line, (-self._quiet, 0))
        if now - since < self._quiet:
            self._told[line] = (since, held_back + 1)
            return False
        if len(self._told) >= REMEMBERED:
            self._told.clear()
        self._told[line] = (now, 0)
        record.held_back = held_back
        return True
