"""From Kafka to the service's database: every event applied exactly once, in order per key.

A plain loop around the client: what is asked of it is records and membership of the group, nothing else. Positions,
duplicates, retries and what is put aside are ours, in PostgreSQL.
"""

from __future__ import annotations

import asyncio
import socket
from uuid import uuid4

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from services.chassis.consumer import metrics
from services.chassis.consumer.batches import Batches, Records
from services.chassis.consumer.positions import Fenced, Positions
from services.chassis.database import Database
from services.chassis.running import Running
from services.chassis.subscriptions import Subscriptions

__all__ = ["run"]

_log = structlog.get_logger()

POLL_MILLISECONDS = 500
LONGEST_PAUSE = 5.0
TELL_SECONDS = 5.0

# Below the group's session timeout, so that a frozen process loses its transaction before its partitions.
SESSION = {"idle_in_transaction_session_timeout": "3s", "lock_timeout": "2s"}


async def run(running: Running, subscriptions: Subscriptions) -> None:
    """Consumes the topics of `subscriptions` until `running.stopping`; the batch in hand is finished first.

    While Kafka is away it waits with growing pauses; raises nothing that passes.
    """
    if not subscriptions.topics:
        return
    database = Database(running.settings.database_url.get_secret_value(), max_size=1, session=SESSION)
    pause = 0.2
    try:
        while not running.stopping.is_set():
            running.progress("consumer")
            try:
                await _consume(running, subscriptions, database)
            except (KafkaError, OSError, TimeoutError) as fault:
                running.report("kafka", ok=False, detail="Kafka does not answer; waiting for it")
                _log.warning("consumer.restarts", exc_info=fault)
                await running.pause(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
    finally:
        await database.close()
        running.finished("consumer")


async def _consume(running: Running, subscriptions: Subscriptions, database: Database) -> None:
    client = AIOKafkaConsumer(
        bootstrap_servers=running.settings.kafka_bootstrap_servers,
        client_id=f"cispd-{running.service_name}-{socket.gethostname()}",
        group_id=running.service_name,
        group_instance_id=running.settings.consumer_instance,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=6_000,
        heartbeat_interval_ms=1_500,
        rebalance_timeout_ms=20_000,
        max_poll_records=running.settings.consumer_batch,
    )
    batches = Batches(running, database, subscriptions, Positions(running.service_name, uuid4()), client)
    client.subscribe(topics=list(subscriptions.topics), listener=_Rebalance(batches))
    try:
        await client.start()
        running.report("kafka", ok=True)
        await _Loop(running, client, batches).run()
    finally:
        try:
            await asyncio.wait_for(client.stop(), 5)
        except (TimeoutError, KafkaError):
            _log.warning("consumer.left_without_goodbye")


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
    def __init__(self, running: Running, client: AIOKafkaConsumer, batches: Batches) -> None:
        self._running = running
        self._client = client
        self._batches = batches
        self._pause = 0.1
        self._told = 0.0

    async def run(self) -> None:
        while not self._running.stopping.is_set():
            self._running.progress("consumer")
            records: Records = await self._client.getmany(timeout_ms=POLL_MILLISECONDS)
            if records:
                await self._take(records)
            await self._tell()

    async def _take(self, records: Records) -> None:
        try:
            await self._batches.take(records)
        except Exception as fault:
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
        else:
            metrics.BATCH.observe(sum(map(len, records.values())))
            self._running.report("consumer", ok=True)
            self._pause = 0.1

    async def _tell(self) -> None:
        """Shows the group's progress to tools and metrics now and then; nothing of ours reads it."""
        now = asyncio.get_running_loop().time()
        if now - self._told < TELL_SECONDS:
            return
        self._told = now
        for tp, position in self._batches.positions.items():
            end = self._client.highwater(tp)
            if end is not None:
                metrics.LAG.labels(tp.topic, str(tp.partition)).set(max(end - position, 0))
        await self._commit()

    async def _commit(self) -> None:
        """Commits to the broker. Its refusal is how a process learns that the group went on without it."""
        positions = {tp: at for tp, at in self._batches.positions.items() if tp in self._client.assignment()}
        try:
            await asyncio.wait_for(self._client.commit(positions or None), 3)
        except (KafkaError, TimeoutError) as refusal:
            _log.info("consumer.commit_refused", reason=type(refusal).__name__)
