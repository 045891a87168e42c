"""A process at work: what its loops share, and how it tells others that it is well."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from services.chassis.clock import Clock
from services.chassis.database import Database

STALLED_AFTER = 30.0


@dataclass(frozen=True)
class Report:
    """What a part says of something it needs: `detail` for people, never a secret."""

    ok: bool
    detail: str = ""


@dataclass(kw_only=True)
class Running:
    """Given to every loop of a process.

    A loop calls `progress(name)` at each turn (at least every few seconds, also when it waits for something that is
    down): liveness is that and nothing else. It calls `report(...)` about what it needs; those in `required` decide
    readiness, the others inform.
    """

    service_name: str
    database: Database
    settings: Any
    clock: Clock
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    required: frozenset[str] = frozenset({"database"})
    reports: dict[str, Report] = field(default_factory=dict)
    _beats: dict[str, float] = field(default_factory=dict)

    def progress(self, name: str) -> None:
        self._beats[name] = time.monotonic()

    def finished(self, name: str) -> None:
        """The loop has ended on purpose; it is no longer expected to progress."""
        self._beats.pop(name, None)

    def report(self, name: str, *, ok: bool, detail: str = "") -> None:
        self.reports[name] = Report(ok, detail)

    def stalled(self) -> list[str]:
        """Loops that have not progressed for STALLED_AFTER seconds."""
        now = time.monotonic()
        return [name for name, beat in self._beats.items() if now - beat > STALLED_AFTER]

    async def check_database(self) -> None:
        """Reports whether the database answers now."""
        answers = await self.database.answers()
        self.report("database", ok=answers, detail="" if answers else "PostgreSQL does not answer; waiting for it")

    def ready(self) -> bool:
        """Whether traffic may come: what the role requires answers, and nobody asked us to stop."""
        known = [self.reports[name].ok for name in self.required if name in self.reports]
        return all(known) and not self.stopping.is_set()

    async def pause(self, seconds: float) -> None:
        """Waits, or returns at once when the process is stopping."""
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return
