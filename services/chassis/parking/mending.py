"""Taking up what was put aside: tried again through the consumer's own code, in order, or discarded for good."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from services.chassis import outbox
from services.chassis.clock import Clock
from services.chassis.consumer.applying import Applied, Applying
from services.chassis.consumer.decoding import decode
from services.chassis.database import Connection, Database
from services.chassis.database_faults import is_transient
from services.chassis.errors import NotFound
from services.chassis.parking.queue import Lane, Queue, lanes
from services.chassis.parking.reading import Filter, find_heads
from services.chassis.parking.refusals import AlreadySettled, BehindAnother, QueueBusy, ReasonMissing
from services.chassis.parking.store import BEHIND, record_of
from services.chassis.subscriptions import Subscriptions

# Records in one transaction, and keys: the consumer of their partition waits meanwhile, and gives up after two seconds.
AT_ONCE = 200
KEYS_AT_ONCE = 50
HEADS_AT_ONCE = 500


class Mended(BaseModel):
    """What came of it."""

    applied: int = Field(0, description="Records applied now, or found to concern nobody")
    failed: int = Field(0, description="Records tried without success: each stops its key again")
    waiting: int = Field(
        0, description="Records that still wait of the keys that were tried, those that failed included"
    )
    more: bool = Field(False, description="There is more to try than one request does: ask again")

    def __add__(self, other: Mended) -> Mended:
        return Mended(
            applied=self.applied + other.applied,
            failed=self.failed + other.failed,
            waiting=self.waiting + other.waiting,
            more=self.more or other.more,
        )


def _unheard(total: Mended) -> None:
    return


@dataclass(frozen=True, kw_only=True)
class Mending:
    """The operator's hand on the parked records of one service. `by` is who acts, kept with each decision.

    `most`: records tried before it stops and says that there is more (None: all). `tell` hears the total so far after
    each transaction. Whatever passes by itself (a lock, an outage) raises QueueBusy; what was done before is kept.
    """

    database: Database
    clock: Clock
    settings: Any
    subscriptions: Subscriptions
    consumer: str
    by: str
    most: int | None = None
    tell: Callable[[Mended], None] = _unheard

    async def retry(self, parked_id: int) -> Mended:
        """Tries this record only. Of one that was applied meanwhile it does nothing, so a repeat is harmless.

        Raises NotFound, BehindAnother, AlreadySettled (it was discarded).
        """
        row = await self._row(parked_id)
        if row["state"] == "applied":
            return Mended()
        _check_first(row)
        lane = _lane_of(row)
        mended, _ = await self._step(lane, 1, only=parked_id)
        return mended + Mended(waiting=await self._waiting(lane))

    async def retry_key(self, parked_id: int) -> Mended:
        """Tries what still waits of the record's key, in order, until one fails. Raises NotFound, BehindAnother."""
        row = await self._row(parked_id)
        if row["state"] == "parked":
            _check_first(row)
        return await self._lane(_lane_of(row), Mended())

    async def retry_all(self, wanted: Filter) -> Mended:
        """Tries every key whose first record fits `wanted`, each in order, until one of it fails."""
        total, after = Mended(), 0
        while True:
            async with self._database_at_hand() as database, database.read() as tx:
                heads = await find_heads(tx, self.consumer, wanted, after=after, limit=HEADS_AT_ONCE)
            if not heads:
                return total
            for lane in lanes(heads, KEYS_AT_ONCE):
                if self._is_enough(total):
                    return total + Mended(more=True)
                total = await self._lane(lane, total)
            after = heads[-1]["id"]

    async def discard(self, parked_id: int, reason: str) -> Mended:
        """Gives a record up for good, with the reason, and tries its followers. Repeated with that reason: harmless.

        Raises NotFound, BehindAnother, AlreadySettled, ReasonMissing.
        """
        if not (reason := reason.strip()):
            raise ReasonMissing
        async with self._queue() as queue:
            row = await self._row(parked_id, queue.tx)
            lane = _lane_of(row)
            await queue.lock(lane)
            row = await self._row(parked_id, queue.tx)  # again: it may have been settled while we waited
            if (row["state"], row["settled_why"]) != ("discarded", reason):
                _check_first(row)
                await queue.discarded(parked_id, reason)
                await queue.promote(lane)
        return await self._lane(lane, Mended()) if lane.keys else Mended()

    async def _row(self, parked_id: int, tx: Connection | None = None) -> Any:
        statement = "select * from parked_record where consumer = $1 and id = $2"
        if tx is None:
            async with self._database_at_hand() as database, database.read() as reading:
                row = await reading.fetchrow(statement, self.consumer, parked_id)
        else:
            row = await tx.fetchrow(statement, self.consumer, parked_id)
        if row is None:
            raise NotFound
        return row

    async def _lane(self, lane: Lane, before: Mended) -> Mended:
        """Step by step until each key of the lane is empty or has failed; the total, with what was `before`."""
        total, going = before, lane
        while going.keys or going.keyless:
            if self._is_enough(total):
                return total + Mended(waiting=await self._waiting(lane), more=True)
            done, going = await self._step(going, max(1, AT_ONCE // max(1, len(going.keys))))
            total += done
            self.tell(total)
        return total + Mended(waiting=await self._waiting(lane))

    def _is_enough(self, total: Mended) -> bool:
        return self.most is not None and total.applied + total.failed >= self.most

    async def _step(self, lane: Lane, of_each_key: int, *, only: int | None = None) -> tuple[Mended, Lane]:
        """One transaction: the oldest of each key are tried; what goes on is without keys that ended or failed."""
        async with self._queue() as queue:
            await queue.lock(lane)
            rows = [row for row in await queue.first(lane, of_each_key) if only in (None, row["id"])]
            batch = [decode(record_of(row), self.subscriptions.event_types) for row in rows]
            ids = {id(each): row["id"] for each, row in zip(batch, rows, strict=True)}
            result = await self._apply(queue, batch)
            failures = [(ids[id(one.incoming)], one.fault) for one in result.parked if one.fault is not BEHIND]
            await queue.applied([ids[id(each)] for each in result.applied])
            await queue.passed_over([(ids[id(each)], why) for each, why in result.skipped])
            await queue.failed(failures)
            await queue.promote(lane)
        if result.appended:
            outbox.wake(self.database)
        done = Mended(applied=len(result.applied) + len(result.skipped), failed=len(failures))
        return done, lane.without(_ended(lane, rows, result, of_each_key))

    async def _apply(self, queue: Queue, batch: Sequence[Any]) -> Applied:
        return await Applying(queue.tx, self.consumer, self.subscriptions, self.settings, queue.now).apply(batch)

    async def _waiting(self, lane: Lane) -> int:
        async with self._queue() as queue:
            return await queue.waiting(lane)

    @asynccontextmanager
    async def _queue(self) -> AsyncIterator[Queue]:
        async with self._database_at_hand() as database, database.transaction() as tx:
            yield Queue(tx, self.consumer, self.by, self.clock.now())

    @asynccontextmanager
    async def _database_at_hand(self) -> AsyncIterator[Database]:
        try:
            yield self.database
        except Exception as fault:
            if is_transient(fault):
                raise QueueBusy from fault
            raise


def _check_first(row: Any) -> None:
    if row["state"] != "parked":
        raise AlreadySettled
    if row["reason"] == BEHIND.reason:
        raise BehindAnother


def _lane_of(row: Any) -> Lane:
    place = (row["topic"], row["partition"])
    return Lane(*place, keyless=(row["id"],)) if row["key"] is None else Lane(*place, keys=(row["key"],))


def _ended(lane: Lane, rows: Sequence[Any], result: Applied, of_each_key: int) -> set[bytes]:
    """The keys that failed, and those of which fewer records came than were asked for."""
    failed = {parked.incoming.record.key for parked in result.parked}
    came = {key: sum(row["key"] == key for row in rows) for key in lane.keys}
    return failed | {key for key, number in came.items() if number < of_each_key}
