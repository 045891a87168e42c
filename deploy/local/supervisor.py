"""Keeps the processes of a stack: starts them, waits for them, starts a dead one again, ends them all."""

import asyncio
import time
from dataclasses import dataclass, field

from deploy.local.child import NotReady
from deploy.local.parts import Part, Say


@dataclass
class Supervisor:
    """`restart`: a part that ends by itself is started again, once `watch` was called."""

    say: Say
    restart: bool = True
    parts: dict[str, Part] = field(default_factory=dict)
    halted: set[str] = field(default_factory=set)
    stopping: bool = False
    watching: asyncio.Task[None] | None = None

    async def launch(self, name: str, part: Part) -> None:
        """Starts a part and returns when it is ready. Raises NotReady."""
        self.parts[name] = part
        part.launch()
        await self.ready(name)

    async def ready(self, name: str, within: float = 120) -> None:
        """Returns once a part is ready. Raises NotReady when it died and nothing restarts it, or when time is up."""
        deadline = time.monotonic() + within
        part = self.parts[name]
        while not await asyncio.to_thread(part.ready):
            dead = not part.child.running and self.watching is None
            if self.stopping or dead or time.monotonic() > deadline:
                raise NotReady(f"{name} is not ready:\n{part.child.last_words()}")
            await asyncio.sleep(0.05)

    def kill(self, name: str) -> None:
        """SIGKILL to a part. With `restart` it comes back by itself."""
        self.parts[name].child.kill()

    async def halt(self, name: str) -> None:
        """Ends a part in its own way, and leaves it down until `resume`."""
        self.halted.add(name)
        await asyncio.to_thread(self.parts[name].child.stop)

    async def resume(self, name: str) -> None:
        """Starts a halted part and waits until it is ready."""
        if not self.parts[name].child.running:
            self.parts[name].launch()
        self.halted.discard(name)
        await self.ready(name)

    def watch(self) -> None:
        """From now on dead parts come back, if that is wanted at all."""
        if self.restart:
            self.watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while not self.stopping:
            for name, part in self.parts.items():
                if name not in self.halted and not part.child.running:
                    self.say(f"  {name} ended by itself; starting it again")
                    part.launch()
            await asyncio.sleep(0.2)

    async def stop(self, *groups: list[str]) -> None:
        """Ends every part, one group after another. Safe at any moment, also twice."""
        self.stopping = True
        if self.watching:
            self.watching.cancel()
        for group in groups:
            parts = [self.parts[name] for name in group if name in self.parts]
            await asyncio.gather(*(asyncio.to_thread(part.child.stop) for part in parts))
