"""From Kafka to the service's database: every event applied exactly once, in order per key.

FastStream is the shell (`shell.py`): records and membership of the group are asked of it, nothing else. Positions,
duplicates, retries and what is put aside are ours, in PostgreSQL.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from uuid import uuid4

import structlog
from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from services.chassis import messaging_metrics
from services.chassis.clock import Clock
from services.chassis.consumer import metrics
from services.chassis.consumer.batches import Batches, Records
from services.chassis.consumer.positions import Fenced, Positions
from services.chassis.consumer.shell import Shell
from services.chassis.running import STALLED_AFTER, Running
from services.chassis.subscriptions import Subscriptions

__all__ = ["run"]

_log = structlog.get_logger()

LONGEST_PAUSE = 5.0
TELL_SECONDS = 2.0


async def run(running: Running, subscriptions: Subscriptions) -> None:
    """Consumes the topics of `subscriptions` until `running.stopping`; the batch in hand is finished first.

    While Kafka is away it waits with growing pauses; raises nothing that passes.
    """
    if not subscriptions.topics:
        return
    pause = 0.2
    try:
        while not running.stopping.is_set():
            running.progress("consumer")
            try:
                await _consume(running, subscriptions)
            except (KafkaError, OSError, TimeoutError) as fault:
                running.report("kafka", ok=False, detail="Kafka does not answer; waiting for it")
                _log.warning("consumer.restarts", exc_info=fault)
                await running.pause(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
    finally:
        running.finished("consumer")


async def _consume(running: Running, subscriptions: Subscriptions) -> None:
    loop = _Loop(running, subscriptions)
    try:
        await loop.shell.start()
        running.report("kafka", ok=True)
        await loop.run()
    finally:
        try:
            await loop.shell.stop()
        except Exception as fault:
            _log.warning("consumer.left_without_goodbye", exc_info=fault)
        finally:
            loop.batches.disconnect()


class _Rebalance(ConsumerRebalanceListener):  # type: ignore[misc]
    """Only forgets: work done here would delay the heartbeats, and what it raises would be swallowed."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        await self._batches.forget(after_batch=True)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        metrics.REBALANCES.inc()
        await self._batches.forget(after_batch=False)


class _Loop:
    """What is done with each fetch, and what is told in between."""

    def __init__(self, running: Running, subscriptions: Subscriptions) -> None:
        self._running = running
        positions = Positions(running.service_name, uuid4())
        self.batches = Batches(running, subscriptions, positions, lambda: self.shell.client)
        self.shell = Shell(running, subscriptions.topics, self._take, _Rebalance(self.batches))
        self._pause = 0.1
        self._busy_since: float | None = None

    async def run(self) -> None:
        """Until stopping. The fetching goes on by itself; a batch that does not end stops the progress told here.

        Raises what ended it when it does not go on.
        """
        while not self._running.stopping.is_set():
            self.shell.check()
            if self._busy_since is None or monotonic() - self._busy_since < STALLED_AFTER:
                self._running.progress("consumer")
            await self._tell()
            await self._running.pause(TELL_SECONDS)

    async def _take(self, records: Records) -> None:
        """Never raises: what undid a batch is waited for, and the batch comes again."""
        began = self._busy_since = monotonic()
        try:
            await self.batches.take(records)
        except Exception as fault:
            await self._retry_later(fault)
        else:
            size = sum(map(len, records.values()))
            metrics.BATCH.observe(size)
            self.shell.appetite.fed(size, monotonic() - began)
            self._running.report("consumer", ok=True)
            self._pause = 0.1
        finally:
            self._busy_since = None

    async def _retry_later(self, fault: Exception) -> None:
        # Whatever a record could be blamed for is parked by now: this passes, or is a fault of our own code.
        reason = type(fault).__name__
        metrics.RETRIES.labels(reason).inc()
        self._running.report("consumer", ok=False, detail=f"waiting: {reason}")
        _log.warning("consumer.retries", again_in=self._pause, exc_info=fault)
        if isinstance(fault, Fenced):
            metrics.FENCED.inc()
            await self._commit()
        await self._running.pause(self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    async def _tell(self) -> None:
        """Shows the group's progress to tools and metrics now and then; nothing of ours reads it."""
        for tp, position in self._positions().items():
            end = self.shell.client.highwater(tp)
            if end is not None:
                place, missing = (tp.topic, str(tp.partition)), max(end - position, 0)
                metrics.LAG.labels(*place).set(missing)
                metrics.LAG_SECONDS.labels(*place).set(self.batches.age(tp, Clock.wall().timestamp()) if missing else 0)
        await self._commit()

    async def _commit(self) -> None:
        """Commits to the broker. Its refusal is how a process learns that the group went on without it."""
        began, refused = monotonic(), ""
        try:
            await asyncio.wait_for(self.shell.client.commit(self._positions() or None), 3)
        except (KafkaError, TimeoutError) as refusal:
            refused = type(refusal).__name__
            _log.info("consumer.commit_refused", reason=refused)
        group = self._running.service_name
        messaging_metrics.operated("commit", monotonic() - began, group=group, error_type=refused)

    def _positions(self) -> dict[TopicPartition, int]:
        """Of what is assigned: the client knows nothing of a partition that was taken away meanwhile, and says so."""
        assigned = self.shell.client.assignment()
        return {tp: at for tp, at in self.batches.positions.items() if tp in assigned}
