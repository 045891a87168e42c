"""Processes that are killed or frozen: at any moment, or exactly at one statement; members that come and go."""

import asyncio
import random
import signal
from dataclasses import dataclass, field
from typing import ClassVar

from tests.resilience.faults import Possible
from tests.resilience.faults.shards import shared_by
from tests.resilience.interrupting import arm
from tests.resilience.member import Member
from tests.resilience.system import System
from tests.support.eventually import eventually


async def chosen(system: System, role: str, dice: random.Random) -> Member:
    """A member of the role; of the relays the one that leads, when one does."""
    members = [member for member in system.of(role) if member.child.running]
    leading = [member for member in members if role == "relay" and await member.led()]
    return dice.choice(leading or members)


@dataclass
class OneProcess(Possible):
    """Harms one member of `role`."""

    role: str = "relay"
    victim: Member | None = field(default=None, init=False)

    @property
    def touches(self) -> str:
        return self.role

    async def start_again(self) -> None:
        if self.victim is not None and not self.victim.child.running:
            await self.victim.start()


@dataclass
class Killed(OneProcess):
    """`shards`: relays share the keys so, before one is harmed; 0 for however they do."""

    shards: int = 0

    def __str__(self) -> str:
        return f"{self.role}{_of(self.shards)} killed"

    async def inject(self, system: System, dice: random.Random) -> None:
        await shared_by(system, self.shards)
        self.victim = await chosen(system, self.role, dice)
        self.victim.kill()

    async def heal(self, system: System) -> None:
        await self.start_again()


@dataclass
class Frozen(OneProcess):
    """`shards` as for Killed."""

    shards: int = 0

    def __str__(self) -> str:
        return f"{self.role}{_of(self.shards)} frozen for {self.seconds:.0f} s, then awake"

    async def inject(self, system: System, dice: random.Random) -> None:
        await shared_by(system, self.shards)
        self.victim = await chosen(system, self.role, dice)
        self.victim.freeze()

    async def heal(self, system: System) -> None:
        if self.victim is not None:
            self.victim.thaw()


@dataclass
class Interrupted(OneProcess):
    """Killed, or frozen for `frozen` seconds, at the next statement that contains `statement`: before it is sent, or
    `after` the database answered and before the process knows. It may come to that statement only when everything else
    is healed, so that it is waited for then."""

    seconds: float = 0.0
    frozen: float = 0.0
    statement: str = ""
    meaning: str = ""
    after: bool = False

    @property
    def sent(self) -> signal.Signals:
        return signal.SIGSTOP if self.frozen else signal.SIGKILL

    def __str__(self) -> str:
        return f"{self.role} {'frozen' if self.frozen else 'killed'} {self.meaning}"

    async def inject(self, system: System, dice: random.Random) -> None:
        self.victim = await chosen(system, self.role, dice)
        self.victim.expected = False
        arm(self.victim.armed, self.statement, sent=self.sent, after=self.after)

    async def heal(self, system: System) -> None:
        assert self.victim is not None
        victim = self.victim
        try:
            await eventually(lambda: not victim.child.running or victim.frozen, within=90)
        except AssertionError:
            words = f"{victim.name} never came to a statement with {self.statement!r}; read {victim.child.log}"
            raise AssertionError(words) from None
        finally:
            victim.armed.unlink(missing_ok=True)
        if victim.frozen:
            await asyncio.sleep(self.frozen)
            victim.thaw()
        await self.start_again()
        victim.expected = True


@dataclass
class MembersComeAndGo(Possible):
    """The group gets a third member, loses its first, gets it back, and loses the third."""

    seconds: float = 0.0
    touches: ClassVar[str] = "consumer"

    def __str__(self) -> str:
        return "consumers join and leave"

    async def inject(self, system: System, dice: random.Random) -> None:
        first = system.members["consumer-1"]
        third = system.members.get("consumer-3") or system.add("consumer", 3)
        await third.start()
        await asyncio.to_thread(first.leave)
        await first.start()

    async def heal(self, system: System) -> None:
        await asyncio.to_thread(system.members["consumer-3"].end)
        if not system.members["consumer-1"].child.running:
            await system.members["consumer-1"].start()


def _of(shards: int) -> str:
    return f" of {shards} shards" if shards else ""
