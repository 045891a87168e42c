"""The time in which this process is the active relay of a shard: from taking the lock to the first failure."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

from services.chassis.bell import heard_here
from services.chassis.database import Connection
from services.chassis.relay import metrics
from services.chassis.relay.cursor import NOTHING_SEEN, Cursor, Page, Position, Row
from services.chassis.relay.held import Held
from services.chassis.relay.pruning import prune
from services.chassis.relay.publisher import Outcome, Parcel, Publisher
from services.chassis.running import Running

_log = structlog.get_logger()
T = TypeVar("T")

POLL_SECONDS = 0.5
MEASURE_SECONDS = 2.0
PRUNE_SECONDS = 300.0


class Session:
    """Publishes for one shard on `connection`, which holds the shard's lock."""

    def __init__(self, running: Running, connection: Connection, publisher: Publisher, shards: int, shard: int) -> None:
        self._running = running
        self._connection = connection
        self._publisher = publisher
        self._cursor = Cursor(connection, shards, shard)
        self._held = Held(connection, shards, shard)
        self._shard = str(shard)
        self._woken = asyncio.Event()
        self._hearing = heard_here(running.database, shards, shard, self._woken)
        # The connection that holds the lock serves one statement at a time.
        self._turn = asyncio.Lock()
        self._ahead: asyncio.Future[Page] | None = None
        self._position = Position(NOTHING_SEEN)
        self._measured = 0.0
        self._pruned = time.monotonic()

    async def run(self) -> None:
        """Publishes until the process stops. Raises whatever goes wrong; the caller starts again at the lock."""
        channel = await self._connection.fetchval("select 'outbox_' || current_schema()")
        await self._connection.add_listener(channel, lambda *_: self._woken.set())
        self._position = await self._cursor.load()
        await self._held.load()
        await self._attended(self._publisher.start())
        self._running.report("kafka", ok=True)
        try:
            with self._hearing:
                while not self._running.stopping.is_set():
                    await self._round()
        finally:
            if self._ahead is not None:
                self._ahead.cancel()

    async def _round(self) -> None:
        self._woken.clear()
        nothing_left = await self._drain()
        await self._try_held()
        await self._measure(nothing_left=nothing_left)
        await self._prune()
        await self._sleep()

    async def _drain(self) -> bool:
        """Publishes a round: what is visible now and was not published yet. False when it was broken off.

        Three pages are in hand at most: one on its way, the next made ready meanwhile, the one after it being read.
        """
        page = await self._read(self._position)
        parcel = await self._prepare(page)
        while page.rows and not self._running.stopping.is_set():
            sending = asyncio.ensure_future(self._publisher.publish(parcel))
            try:
                following = await self._attended(self._next(page))
                ready = await self._attended(self._prepare(following))
                outcome = await self._attended(sending)
            finally:
                sending.cancel()
            await self._settle(page, parcel.withheld, outcome)
            # What was refused stops rows that were made ready in good faith.
            parcel = await self._attended(self._prepare(following)) if outcome.refused else ready
            page = following
        if page.rows:
            return False
        self._position = page.then
        return True

    async def _next(self, page: Page) -> Page:
        """The page after `page`, empty at the end of the round; the one after it is begun to be read."""
        reading, self._ahead = self._ahead, None
        following = await (reading or self._read(page.then)) if page.more else Page([], page.then)
        if following.more:
            self._ahead = asyncio.ensure_future(self._read(following.then))
        return following

    async def _read(self, position: Position) -> Page:
        async with self._turn:
            return await self._cursor.read(position)

    async def _prepare(self, page: Page) -> Parcel:
        free, withheld = self._held.split(page.rows)
        parcel = await self._publisher.prepare(free)
        parcel.withheld = withheld
        return parcel

    async def _settle(self, page: Page, withheld: list[Row], outcome: Outcome) -> None:
        waiting = [*withheld, *outcome.behind]
        published = len(page.rows) - len(waiting) - len(outcome.refused)
        async with self._turn:
            if waiting or outcome.refused:
                async with self._connection.transaction():
                    await self._held.add(outcome.refused, waiting)
                    await self._cursor.advance(page.then, published)
            else:
                await self._cursor.advance(page.then, published)
        self._position = page.then
        self._count(page.rows, outcome, {row["id"] for row in waiting})

    async def _try_held(self) -> None:
        rows = await self._held.due()
        if not rows:
            return
        parcel: Parcel = await self._attended(self._publisher.prepare(rows))
        outcome: Outcome = await self._attended(self._publisher.publish(parcel))
        kept = {row["id"] for row in outcome.behind} | {row["id"] for row, _ in outcome.refused}
        await self._held.settle([row for row in rows if row["id"] not in kept], outcome.refused)
        self._count(rows, outcome, {row["id"] for row in outcome.behind})

    def _count(self, rows: list[Row], outcome: Outcome, waiting: set[int]) -> None:
        kept = waiting | {row["id"] for row, _ in outcome.refused}
        metrics.BATCH.observe(len(rows) - len(kept))
        for topic, events in Counter(row["topic"] for row in rows if row["id"] not in kept).items():
            metrics.PUBLISHED.labels(topic).inc(events)
        for row, reason in outcome.refused:
            metrics.REFUSED.labels(row["topic"], reason).inc()
            _log.error("relay.refused", topic=row["topic"], outbox_id=row["id"], reason=reason)

    async def _attended(self, work: Coroutine[Any, Any, T] | asyncio.Future[T]) -> T:
        """Waits for `work` while keeping the lock's connection and our liveness warm; gives up when stopping."""
        task = asyncio.ensure_future(work)
        try:
            since = time.monotonic()
            while not (await asyncio.wait({task}, timeout=POLL_SECONDS))[0]:
                await self._beat()
                late = time.monotonic() - since
                if late > 2 * POLL_SECONDS:
                    self._running.report("kafka", ok=False, detail="Kafka does not acknowledge; events wait")
                if self._running.stopping.is_set() and late > 5:
                    raise TimeoutError("stopping without the broker's answer")
            return task.result()
        finally:
            task.cancel()

    async def _beat(self) -> None:
        self._running.progress(f"relay-{self._shard}")
        if self._turn.locked():
            return
        async with self._turn:
            await self._connection.execute("select 1")
        await self._measure()

    async def _measure(self, *, nothing_left: bool = False) -> None:
        self._running.progress(f"relay-{self._shard}")
        if time.monotonic() - self._measured < MEASURE_SECONDS:
            return
        self._measured = time.monotonic()
        rows, seconds = (0, 0.0) if nothing_left else await self._waiting()
        metrics.UNPUBLISHED.labels(self._shard).set(rows)
        metrics.OLDEST.labels(self._shard).set(seconds)
        metrics.HELD.labels(self._shard).set(len(self._held.keys))

    async def _waiting(self) -> tuple[int, float]:
        async with self._turn:
            return await self._cursor.waiting(self._position)

    async def _prune(self) -> None:
        if self._shard != "0" or time.monotonic() - self._pruned < PRUNE_SECONDS:
            return
        self._pruned = time.monotonic()
        await prune(self._connection, self._running.settings.outbox_keep_days)

    async def _sleep(self) -> None:
        stopping = asyncio.ensure_future(self._running.stopping.wait())
        woken = asyncio.ensure_future(self._woken.wait())
        try:
            await asyncio.wait({stopping, woken}, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            woken.cancel()
