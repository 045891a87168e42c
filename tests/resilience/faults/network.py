"""What stands between the processes and their servers."""

import asyncio
import random
from dataclasses import dataclass
from typing import ClassVar

from tests.resilience.faults import Possible
from tests.resilience.system import System


@dataclass
class Silence(Possible):
    """Connections by `door` are black-holed; at the end they go on as if nothing had been, or are `forgotten`."""

    door: str = "relays"
    forgotten: bool = False
    touches: ClassVar[str] = "network"

    def __str__(self) -> str:
        end = "then reset" if self.forgotten else "then resumed"
        return f"{self.door}' broker connections black-holed for {self.seconds:.0f} s, {end}"

    async def inject(self, system: System, dice: random.Random) -> None:
        system.doors[self.door].fall_silent()

    async def heal(self, system: System) -> None:
        if self.forgotten:
            system.doors[self.door].cut()
        system.doors[self.door].speak()


@dataclass
class Cuts(Possible):
    """All connections by `door` are reset, several times."""

    seconds: float = 0.0
    door: str = "database"
    touches: ClassVar[str] = "network"

    def __str__(self) -> str:
        return "database connections cut" if self.door == "database" else f"{self.door}' broker connections cut"

    async def inject(self, system: System, dice: random.Random) -> None:
        for _ in range(5):
            system.doors[self.door].cut()
            await asyncio.sleep(dice.uniform(0.1, 0.8))

    async def heal(self, system: System) -> None:
        return None
