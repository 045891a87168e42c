"""One episode: load, faults, healing, rest, and what the checker says of it."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from tests.resilience.checker import Violation, check, doubled_on_wire, told_shortly
from tests.resilience.evidence import Observer
from tests.resilience.faults import Fault
from tests.resilience.recovery import Recovery, Stuck, last_applied, moved, recovered, resume, settled
from tests.resilience.system import System

# A pause before each new attempt keeps all processes together far below this; a loop without one is far above.
ATTEMPTS_ANYWAY, ATTEMPTS_A_SECOND = 60, 5


@dataclass(frozen=True)
class Episode:
    """What came of one episode; `attempts` are things tried again in `seconds`, all processes together.

    `parked` records were put aside in it, and `taken_up` of those that ever were are applied now.
    """

    name: str
    facts: int
    doubled_on_wire: int
    parked: int
    taken_up: int
    violations: tuple[Violation, ...]
    recovery: Recovery
    attempts: int
    seconds: float

    @property
    def complaints(self) -> list[str]:
        """What must not be, for people; empty when all is well."""
        found = told_shortly(self.violations)
        if self.attempts > ATTEMPTS_ANYWAY + ATTEMPTS_A_SECOND * self.seconds:
            found.append(f"something was tried again {self.attempts} times in {self.seconds:.0f} s")
        return [f"{self.name}: {each}" for each in found]


@dataclass
class Course:
    """The episodes played on one system so far; each is charged only with what is new since the one before."""

    system: System
    episodes: list[Episode] = field(default_factory=list)
    known: set[Violation] = field(default_factory=set)
    facts: int = 0
    doubled: int = 0
    parked: int = 0
    taken_up: int = 0

    def __post_init__(self) -> None:
        self.observer = Observer(self.system)

    async def play(self, faults: Sequence[Fault], dice: random.Random) -> Episode:
        """Injects `faults` under load, heals them, waits for rest, and checks everything.

        Raises AssertionError when it does not come to rest or a fault not to its end: with what the checker finds.
        """
        system, began = self.system, time.monotonic()
        try:
            resume(system)
            await moved(system, await last_applied(system))
            tried = await attempts(system)
            await self._harm(faults, dice)
            recovery = await recovered(system, await last_applied(system))
            await settled(system)
        except AssertionError as stopped:
            raise AssertionError("\n".join([*await self._found_after(stopped), str(stopped)])) from None
        again = sum((await attempts(system) - tried).values())
        return await self._checked(" + ".join(map(str, faults)), recovery, again, time.monotonic() - began)

    async def _harm(self, faults: Sequence[Fault], dice: random.Random) -> None:
        try:
            for fault in faults:
                await fault.inject(self.system, dice)
            await asyncio.sleep(max(fault.seconds for fault in faults))
        finally:
            for fault in sorted(faults, key=healing_order):
                await fault.heal(self.system)

    async def _found_after(self, stopped: AssertionError) -> list[str]:
        """What explains it: a fault that waits in vain for the system is seldom the fault's own failure."""
        self.system.pause_file.touch()
        try:
            if not isinstance(stopped, Stuck):
                with suppress(Stuck):
                    await settled(self.system)
            violations = check(await self.observer.look())
        except Exception as unreadable:
            return [f"what the checker would say is not known: {unreadable!r}"]
        return told_shortly(each for each in violations if each not in self.known)

    async def _checked(self, name: str, recovery: Recovery, again: int, seconds: float) -> Episode:
        evidence = await self.observer.look()
        violations = [each for each in check(evidence) if each not in self.known]
        facts, doubled, taken_up = evidence.story.committed, doubled_on_wire(evidence), evidence.taken_up
        parked = len(evidence.parked) + taken_up
        episode = Episode(
            name,
            facts - self.facts,
            doubled - self.doubled,
            parked - self.parked,
            taken_up - self.taken_up,
            tuple(violations),
            recovery,
            again,
            seconds,
        )
        self.facts, self.doubled, self.parked, self.taken_up = facts, doubled, parked, taken_up
        self.known |= set(violations)
        self.episodes.append(episode)
        return episode


def healing_order(fault: Fault) -> int:
    """Servers and network first: a process comes back best when what it needs is there."""
    return 0 if fault.touches in ("broker", "postgres", "network") else 1


async def attempts(system: System) -> Counter[str]:
    """Things tried again so far, by process life and counter."""
    running = [member for member in system.members.values() if member.child.process is not None]
    tried = await asyncio.gather(*(member.attempts() for member in running))
    return Counter(
        {
            f"{member.name} {member.child.process.pid} {name}": int(times)
            for member, counters in zip(running, tried, strict=True)
            for name, times in counters.items()
        }
    )
