"""From the records a client hands out to effects and position in one transaction.

What the client hands out is not trusted: after a rebalance it may be from anywhere, and another process may still be
at work on the same partitions. A batch counts only if each partition's position is where the batch begins and ours.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from time import monotonic

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError

from services.chassis import messaging_metrics, outbox
from services.chassis.consumer import metrics
from services.chassis.consumer.applying import Applied, Applying, is_passing
from services.chassis.consumer.decoding import Incoming, decode_by_turns, key_of
from services.chassis.consumer.positions import Fenced, Positions
from services.chassis.consumer.seen import parked_among
from services.chassis.database import Connection, told_when_lost
from services.chassis.running import Running
from services.chassis.subscriptions import Subscriptions

_log = structlog.get_logger()

# Below the group's session timeout, so that a frozen process loses its transaction before its partitions.
SESSION = {"idle_in_transaction_session_timeout": "3s", "lock_timeout": "2s"}
NAME = "select pg_try_advisory_lock(hashtextextended('consumer ' || $1, 0))"
NAME_IS_TAKEN = "another process has the same CISPD_CONSUMER_INSTANCE: give each its own, or none"
# Below the time after which a loop counts as stalled: a connection that swallows everything is given up.
LONGEST_STATEMENT = 20.0
# Handed to a handler together: large enough that statements cost little, small enough that the next can be decoded
# while PostgreSQL is at work on this one. It waits for the first, so that one is smaller.
FIRST_PIECE, PIECE = 250, 1_000

Records = Mapping[TopicPartition, Sequence[ConsumerRecord]]
Moves = Mapping[TopicPartition, tuple[int, int]]
Pieces = Sequence[Sequence[ConsumerRecord]]
Decoding = asyncio.Task[list[Incoming]]


class Batches:
    """The consume step, on one connection of its own with short timeouts."""

    def __init__(
        self,
        running: Running,
        subscriptions: Subscriptions,
        positions: Positions,
        client: Callable[[], AIOKafkaConsumer],
    ) -> None:
        self._running = running
        self._subscriptions = subscriptions
        self._positions = positions
        self._client = client
        self._connection: Connection | None = None
        self._named = False
        self._reached: dict[TopicPartition, int] = {}
        self._expected: dict[TopicPartition, int] = {}
        self._gaps: dict[TopicPartition, tuple[int, int]] = {}
        self._working = asyncio.Lock()

    async def forget(self, *, after_batch: bool) -> None:
        """Trusts no offset any more; with `after_batch` only once the running batch has ended."""
        if not after_batch:
            self._clear()
            return
        async with self._working:
            self._clear()

    @property
    def positions(self) -> dict[TopicPartition, int]:
        """The next offset of each partition this process is at work on."""
        return dict(self._expected)

    async def take(self, records: Records) -> None:
        """Applies a batch. Raises whatever undid it; then nothing of it counts and it will be handed out again."""
        async with self._working:
            began = monotonic()
            self._reached |= {tp: batch[0].timestamp for tp, batch in records.items()}
            try:
                applied = await self._apply(await self._connected(), records)
            except BaseException as fault:
                self._tell(records, monotonic() - began, type(fault).__name__)
                self.disconnect()
                self._go_back(records)
                raise
            if applied is not None:
                self._tell(records, monotonic() - began)

    def _tell(self, records: Records, seconds: float, error_type: str = "") -> None:
        topics = {tp.topic for tp in records}
        topic = topics.pop() if len(topics) == 1 else ""
        messaging_metrics.processed(self._positions.consumer, seconds, topic=topic, error_type=error_type)

    def age(self, tp: TopicPartition, now: float) -> float:
        """Seconds since the record was written at which this partition is, 0 before the first."""
        return max(now - self._reached[tp] / 1000, 0.0) if tp in self._reached else 0.0

    def disconnect(self) -> None:
        """Drops the connection, and with it whatever it had begun."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection, self._named = None, False

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._running.database.dedicated(patience=LONGEST_STATEMENT, **SESSION)
            self._named = False
        if not self._named:
            self._named = await self._take_name(self._connection)
        return self._connection

    async def _take_name(self, connection: Connection) -> bool:
        """Whether our static name in the group is ours alone. Two of one name steal each other's place without end."""
        name = self._running.settings.consumer_instance
        if name is None:
            return True
        ours: bool = await connection.fetchval(NAME, f"{self._positions.consumer} {name}")
        metrics.NAME_TAKEN.set(not ours)
        self._running.report("consumer_name", ok=ours, detail="" if ours else NAME_IS_TAKEN)
        if not ours:
            _log.error("consumer.name_taken", name=name, remedy=NAME_IS_TAKEN)
        return ours

    async def _apply(self, connection: Connection, records: Records) -> Applied | None:
        ready = await self._expected_only(connection, records)
        if not ready:
            return None
        moves = {tp: (self._expected[tp], batch[-1].offset + 1) for tp, batch in ready.items()}
        applied = await self._at_once_or_with_care(connection, moves, list(chain.from_iterable(ready.values())))
        for tp, (_, after) in moves.items():
            self._expected[tp] = after
            self._reached[tp] = ready[tp][-1].timestamp
            self._gaps.pop(tp, None)
        if applied.appended:
            outbox.wake(self._running.database)
        self._count(applied)
        return applied

    async def _at_once_or_with_care(
        self, connection: Connection, moves: Moves, records: Sequence[ConsumerRecord]
    ) -> Applied:
        """Mostly nothing fails: without savepoints first. What fails is undone and taken again, narrowing it down."""
        try:
            return await self._transaction(connection, moves, records, narrowing=False)
        except Exception as error:
            if isinstance(error, Fenced) or is_passing(error, connection):
                raise
        return await self._transaction(connection, moves, records, narrowing=True)

    async def _transaction(
        self, connection: Connection, moves: Moves, records: Sequence[ConsumerRecord], *, narrowing: bool
    ) -> Applied:
        pieces = in_pieces(records)
        first = asyncio.create_task(decode_by_turns(pieces[0], self._subscriptions.event_types))
        async with told_when_lost(connection), connection.transaction():
            await self._positions.move(connection, moves)
            return await self._effects(connection, pieces, first, narrowing)

    async def _effects(self, tx: Connection, pieces: Pieces, first: Decoding, narrowing: bool) -> Applied:
        """Piece by piece, the next one decoded while PostgreSQL is at work on the one before."""
        consumer, wanted, ahead = self._positions.consumer, self._subscriptions.event_types, first
        keys = (key for record in chain.from_iterable(pieces) if (key := key_of(record)))
        parked = await parked_among(tx, consumer, keys)
        now = self._running.clock.now()
        applying = Applying(tx, consumer, self._subscriptions, self._running.settings, now, parked, narrowing=narrowing)
        for following in (*pieces[1:], ()):
            piece = await ahead
            ahead = asyncio.create_task(decode_by_turns(following, wanted))
            await applying.apply(piece)
        await applying.result.put_aside(tx, consumer, now)
        return applying.result

    async def _expected_only(self, connection: Connection, records: Records) -> Records:
        """The partitions whose records begin where they should; the others are claimed and read from there."""
        strange = [tp for tp, batch in records.items() if not self._is_expected(tp, batch[0].offset)]
        if strange:
            for tp, position in (await self._positions.claim(connection, strange)).items():
                metrics.CLAIMS.labels(tp.topic).inc()
                self._expected[tp] = position
                if not self._is_expected(tp, records[tp][0].offset):
                    self._gaps[tp] = (position, records[tp][0].offset)
                    self._seek(tp, position)
        # A gap that was only just seen has set its partition back: its records come again.
        return {
            tp: batch
            for tp, batch in records.items()
            if self._is_expected(tp, batch[0].offset) and not (tp in strange and tp in self._gaps)
        }

    def _is_expected(self, tp: TopicPartition, first: int) -> bool:
        """Offsets go on without a hole, or with the same hole as when we last asked (old records were deleted)."""
        expected = self._expected.get(tp)
        if expected is None:
            return False
        return first == expected or (first > expected and self._gaps.get(tp) == (expected, first))

    def _go_back(self, records: Records) -> None:
        self._clear()
        for tp, batch in records.items():
            self._seek(tp, batch[0].offset)

    def _seek(self, tp: TopicPartition, offset: int) -> None:
        try:
            self._client().seek(tp, offset)
        except IllegalStateError:
            return  # no longer ours; whoever has it reads from the stored position

    def _clear(self) -> None:
        self._expected.clear()
        self._gaps.clear()

    def _count(self, applied: Applied) -> None:
        kinds = Counter((each.record.topic, each.envelope.type) for each in applied.applied if each.envelope)
        for (topic, kind), times in kinds.items():
            metrics.APPLIED.labels(topic, kind).inc(times)
        passed_over = Counter((each.record.topic, reason) for each, reason in applied.skipped)
        for (topic, reason), times in passed_over.items():
            metrics.SKIPPED.labels(topic, reason).inc(times)
        for parked in applied.parked:
            record, fault = parked.incoming.record, parked.fault
            metrics.PARKED.labels(record.topic, fault.reason).inc()
            _log.error(
                "consumer.parked",
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
                reason=fault.reason,
                detail=fault.detail,
            )


def in_pieces(records: Sequence[ConsumerRecord]) -> Pieces:
    """All of `records` in their order; each piece is half as large again as the one before: decoding is that quick."""
    pieces, start, size = [], 0, FIRST_PIECE
    while start < len(records):
        pieces.append(records[start : start + size])
        start, size = start + size, min(size + size // 2, PIECE)
    return pieces
