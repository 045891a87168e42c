"""What stands between the processes and their servers."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from tests.resilience.door import Door
from tests.resilience.faults import Possible
from tests.resilience.system import System


class End(StrEnum):
    """How a silence ends: held up traffic goes on, everybody is told, or what was silent stays so for good."""

    RESUMED = "then resumed"
    RESET = "then reset"
    LOST = "for good, new ones pass again"


@dataclass
class _Doors(Possible):
    """The connections of `roles` to `server`; of every role when none is named."""

    server: str = "broker"
    roles: Sequence[str] = ()
    touches: ClassVar[str] = "network"

    def doors(self, system: System) -> list[Door]:
        return [
            door
            for (role, server), door in system.doors.items()
            if server == self.server and (not self.roles or role in self.roles)
        ]

    @property
    def connections(self) -> str:
        return f"{', '.join(self.roles) or 'all'} {self.server} connections"


@dataclass
class Silence(_Doors):
    """Black-holed for `seconds`: nothing passes, nobody is told."""

    end: End = End.RESUMED

    def __str__(self) -> str:
        return f"{self.connections} black-holed for {self.seconds:.0f} s, {self.end}"

    async def inject(self, system: System, dice: random.Random) -> None:
        for door in self.doors(system):
            door.fall_silent()

    async def heal(self, system: System) -> None:
        for door in self.doors(system):
            if self.end is End.RESET:
                door.cut()
            if self.end is End.LOST:
                door.lose()
            door.speak()


@dataclass
class Cuts(_Doors):
    """All connections are reset, several times."""

    seconds: float = 0.0

    def __str__(self) -> str:
        return f"{self.connections} cut"

    async def inject(self, system: System, dice: random.Random) -> None:
        for _ in range(5):
            for door in self.doors(system):
                door.cut()
            await asyncio.sleep(dice.uniform(0.1, 0.8))

    async def heal(self, system: System) -> None:
        return None
