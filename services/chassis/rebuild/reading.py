"""From where the shadow is to where the live consumer is: by one process, or by several while much is left."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass

from services.chassis.rebuild.fence import Fence
from services.chassis.rebuild.filling import Filling
from services.chassis.rebuild.progress import Tell
from services.chassis.rebuild.refusals import Stopped
from services.chassis.rebuild.workers import Share, Workers, done
from services.chassis.running import Running
from services.chassis.topic_reader import BATCH, Places

TOLD_EVERY = 0.5


@dataclass
class Reading:
    """`live` are the positions to come to; `built` those of the shadow, moved by all processes."""

    running: Running
    filling: Filling
    live: Fence
    built: Fence
    workers: Workers
    tell: Tell

    async def come_near(self) -> None:
        """Until what is left fits into a batch: the live consumer goes on meanwhile."""
        while self.filling.remaining(targets := await self.live.positions()) > BATCH:
            left = {place: end - self.filling.positions[place] for place, end in targets.items()}
            lots = self.workers.lots({place: number for place, number in left.items() if number > 0})
            if len(lots) > 1:
                await self._together([{place: targets[place] for place in lot} for lot in lots], targets)
            else:
                await self.fill(targets, step="reading")

    async def fill(self, targets: Places, *, step: str) -> None:
        """Up to `targets`, by this process alone."""
        total = sum(targets.values())
        self.filling.source.read_from(targets)
        while left := self.filling.remaining(targets):
            check_stopping(self.running)
            self.tell(total - left, total, step=step)
            await self.filling.step(targets)
        self.tell(total, total, step=step)

    async def _together(self, lots: Sequence[Places], targets: Places) -> None:
        """The first lot is ours, the others are for a worker each. Whatever ends one ends all."""
        mine, *others = lots
        shares = [self._share(lot) for lot in others]
        async with self.workers.at_work(shares) as processes:
            work = asyncio.ensure_future(_all(self.filling.up_to(mine), *map(done, processes)))
            await _first_of(work, asyncio.ensure_future(self._watch(targets)))
        # A new owner: from here on nobody else moves a position, not even a worker that was too late to be ended.
        await self.filling.claim(list(targets))

    def _share(self, lot: Places) -> Share:
        places = {place: self.filling.positions[place] for place in lot}
        return Share(owner=self.filling.owner, positions=places, targets=dict(lot))

    async def _watch(self, targets: Places) -> None:
        """Tells how far all are together; ends only by raising Stopped."""
        while True:
            built = await self.built.positions()
            self.tell(sum(built.get(place, 0) for place in targets), sum(targets.values()), step="reading")
            await self.running.pause(TOLD_EVERY)
            check_stopping(self.running)


def check_stopping(running: Running) -> None:
    """Raises Stopped when the process was asked to stop."""
    if running.stopping.is_set():
        raise Stopped("stopped; what was built so far is kept: go on with --resume, or give it up with --abandon")


async def _all(*work: Awaitable[None]) -> None:
    """Waits for all; the first that fails ends the others."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        await _ended(tasks)


async def _first_of(*tasks: asyncio.Future[None]) -> None:
    try:
        finished, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for each in finished:
            each.result()
    finally:
        await _ended(tasks)


async def _ended(tasks: Sequence[asyncio.Future[None]]) -> None:
    for each in tasks:
        each.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
