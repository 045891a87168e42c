"""Clocks that jump. A jump back of the application's clock would put timers off, so it ends later than it began."""

import asyncio
import random
from typing import ClassVar

from tests.resilience.clocks import library, move
from tests.resilience.faults import Possible
from tests.resilience.system import System

HOUR = 3_600.0


class ApplicationClockJumps(Possible):
    """One hour forward, two back, then forward for good."""

    touches: ClassVar[str] = "clock"

    def __str__(self) -> str:
        return "application clock jumps"

    async def inject(self, system: System, dice: random.Random) -> None:
        for hours in (1, -1):
            move(system.clock_file, system.clock_offset + hours * HOUR)
            await asyncio.sleep(2)

    async def heal(self, system: System) -> None:
        system.clock_offset += 2 * HOUR
        move(system.clock_file, system.clock_offset)


class WallClockJumps(Possible):
    """The wall clock of every process of the service, by libfaketime: back an hour, forward an hour, right again."""

    touches: ClassVar[str] = "clock"

    def __str__(self) -> str:
        return "wall clock of the processes jumps"

    def missing(self, system: System) -> str | None:
        return None if library() else "libfaketime is not installed: apt install faketime"

    async def inject(self, system: System, dice: random.Random) -> None:
        for hours in (-1, 1):
            move(system.wall_file, hours * HOUR)
            await asyncio.sleep(2)

    async def heal(self, system: System) -> None:
        move(system.wall_file, 0)
        # libfaketime looks at its file once a second: only when nobody is ahead any more may the other clock move,
        # or an act adds both and its timer comes an hour after everything else.
        await asyncio.sleep(3)
        # what was put off by an hour while it was ahead is due by the application's clock now
        system.clock_offset += 2 * HOUR
        move(system.clock_file, system.clock_offset)
