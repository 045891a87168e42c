"""The time in which this process is the active relay of a shard: from taking the lock to the first failure."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

from services.chassis.bell import Woken, heard_here
from services.chassis.database import Connection
from services.chassis.relay import metrics
from services.chassis.relay.pruning import prune
from services.chassis.relay.publisher import Publisher
from services.chassis.relay.standing import MOVE_SECONDS, Standing
from services.chassis.relay.stream import Stream
from services.chassis.running import Running

POLL_SECONDS = 0.5
MEASURE_SECONDS = 2.0
PRUNE_SECONDS = 300.0


class Session:
    """Publishes for one shard on `connection`, which holds the shard's lock."""

    def __init__(self, running: Running, connection: Connection, publisher: Publisher, shards: int, shard: int) -> None:
        self._running = running
        self._connection = connection
        self._publisher = publisher
        self._shard = str(shard)
        self._woken = Woken()
        self._hearing = heard_here(running.database, shards, shard, self._woken)
        self._standing = Standing(connection, shards, shard)
        self._stream = Stream(self._standing, publisher, self._woken, running.stopping)
        self._told_late = False
        self._measured = 0.0
        self._pruned = time.monotonic()

    async def run(self) -> None:
        """Publishes until the process stops. Raises whatever goes wrong; the caller starts again at the lock."""
        channel = await self._connection.fetchval("select 'outbox_' || current_schema()")
        await self._connection.add_listener(channel, lambda *_: self._woken.set())
        stopping = asyncio.ensure_future(self._running.stopping.wait())
        stopping.add_done_callback(lambda _: self._woken.set())
        try:
            await self._attended(self._work())
        finally:
            stopping.cancel()

    async def _work(self) -> None:
        await self._standing.load()
        with self._stream.on_its_way():
            await self._publisher.start()
        self._running.report("kafka", ok=True)
        with self._hearing:
            while not self._running.stopping.is_set():
                await self._round()
        await self._standing.move()

    async def _round(self) -> None:
        self._woken.clear()
        nothing_left = await self._stream.drain()
        if self._told_late:
            self._told_late = False
            self._running.report("kafka", ok=True)
        await self._standing.move_if_due()
        await self._stream.try_held()
        await self._measure(nothing_left=nothing_left)
        await self._prune()
        await self._sleep()

    async def _attended(self, work: Coroutine[Any, Any, None]) -> None:
        """Waits for `work` while keeping the lock's connection and our liveness warm; gives up when stopping."""
        task = asyncio.ensure_future(work)
        try:
            while not (await asyncio.wait({task}, timeout=POLL_SECONDS))[0]:
                await self._beat()
            task.result()
        finally:
            task.cancel()
            await asyncio.wait({task}, timeout=1)

    async def _beat(self) -> None:
        """Nothing to do while the work uses the connection itself: it does so at every poll, and while it reads."""
        late = self._stream.late()
        if self._standing.turn.locked():
            self._running.progress(f"relay-{self._shard}")
        elif late is not None:
            self._running.progress(f"relay-{self._shard}")
            async with self._standing.turn:
                await self._connection.execute("select 1")
            await self._measure()
        if late is None:
            return
        if late > 2 * POLL_SECONDS:
            self._told_late = True
            self._running.report("kafka", ok=False, detail="Kafka does not acknowledge; events wait")
        if self._running.stopping.is_set() and late > 5:
            raise TimeoutError("stopping without the broker's answer")

    async def _measure(self, *, nothing_left: bool = False) -> None:
        self._running.progress(f"relay-{self._shard}")
        if time.monotonic() - self._measured < MEASURE_SECONDS:
            return
        self._measured = time.monotonic()
        rows, seconds = (0, 0.0) if nothing_left else await self._standing.waiting()
        metrics.UNPUBLISHED.labels(self._shard).set(rows)
        metrics.OLDEST.labels(self._shard).set(seconds)
        metrics.HELD.labels(self._shard).set(len(self._standing.held.keys))

    async def _prune(self) -> None:
        if self._shard != "0" or time.monotonic() - self._pruned < PRUNE_SECONDS:
            return
        self._pruned = time.monotonic()
        async with self._standing.turn:
            await prune(self._connection, self._running.settings.outbox_keep_days)

    async def _sleep(self) -> None:
        """Until the next ring or poll; a silence gives time to move the cursor."""
        if self._standing.unmoved:
            if (await asyncio.wait({self._woken.heard}, timeout=MOVE_SECONDS))[0]:
                return
            await self._standing.move()
        await asyncio.wait({self._woken.heard}, timeout=POLL_SECONDS)
