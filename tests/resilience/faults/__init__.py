"""What is done to the system. Each fault is a small class: `inject`, a duration, `heal`."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tests.resilience.system import System


class Fault(Protocol):
    """`touches` names what it harms: faults that touch the same are not combined."""

    seconds: float

    @property
    def touches(self) -> str: ...

    def __str__(self) -> str: ...

    def missing(self, system: System) -> str | None:
        """Why it cannot be injected on this machine, None when it can."""

    async def inject(self, system: System, dice: random.Random) -> None: ...

    async def heal(self, system: System) -> None:
        """Makes good what was done; returns once the parts run again. Safe after an injection that failed."""


@dataclass
class Possible:
    """A fault that every machine can have."""

    seconds: float = 1.0

    def missing(self, system: System) -> str | None:
        return None


def combined(faults: Sequence[Fault], system: System, dice: random.Random) -> list[Fault]:
    """Two or three of `faults` that touch different things, in random order."""
    chosen: list[Fault] = []
    for fault in dice.sample(list(faults), len(faults)):
        if fault.missing(system) is None and fault.touches not in {each.touches for each in chosen}:
            chosen.append(fault)
    return chosen[: dice.choice((2, 2, 3))]
