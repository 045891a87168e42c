"""From the outbox to Kafka: one active relay per shard, every committed event at least once, in order per key."""

from __future__ import annotations

import asyncio
import os
import socket

import structlog
from aiokafka.errors import KafkaError

from services.chassis.database import Connection
from services.chassis.relay import metrics
from services.chassis.relay.cursor import PLANNER
from services.chassis.relay.publisher import BrokerAway, Publisher
from services.chassis.relay.session import POLL_SECONDS, Session
from services.chassis.running import Running

__all__ = ["run"]

_log = structlog.get_logger()

# A frozen process loses its lock this soon; the polls of a living one are well below.
LOCK_SILENCE = "2s"
LONGEST_PAUSE = 5.0
STATEMENT_PATIENCE = 10.0


async def run(running: Running) -> None:
    """Publishes the service's outbox until `running.stopping`; waits with growing pauses for whatever is away."""
    shards: int = running.settings.relay_shards
    async with asyncio.TaskGroup() as group:
        for shard in range(shards):
            group.create_task(_serve(running, shards, shard))


async def _serve(running: Running, shards: int, shard: int) -> None:
    pause = 0.2
    while not running.stopping.is_set():
        running.progress(f"relay-{shard}")
        began = asyncio.get_running_loop().time()
        try:
            await _lead(running, shards, shard)
        except Exception as fault:
            metrics.RESTARTS.labels(type(fault).__name__).inc()
            if isinstance(fault, (KafkaError, BrokerAway)):
                running.report("kafka", ok=False, detail="Kafka does not answer; events wait in the outbox")
            _log.warning("relay.restarts", shard=shard, exc_info=fault)
            pause = 0.2 if asyncio.get_running_loop().time() - began > 30 else min(pause * 2, LONGEST_PAUSE)
            await running.pause(pause)
    running.finished(f"relay-{shard}")


async def _lead(running: Running, shards: int, shard: int) -> None:
    """Waits for the shard's lock, then publishes for as long as all goes well."""
    connection = await running.database.dedicated(
        patience=STATEMENT_PATIENCE,
        idle_session_timeout=LOCK_SILENCE,
        idle_in_transaction_session_timeout=LOCK_SILENCE,
        synchronous_commit="off",
        **PLANNER,
    )
    name = f"cispd-{running.service_name}-relay-{socket.gethostname()}-{os.getpid()}"
    publisher = Publisher(running.settings.kafka_bootstrap_servers, name)
    try:
        if not await _lock(running, connection, shard):
            return
        metrics.ACTIVE.labels(str(shard)).set(1)
        _log.info("relay.leads", shard=shard, shards=shards)
        await Session(running, connection, publisher, shards, shard).run()
    finally:
        metrics.ACTIVE.labels(str(shard)).set(0)
        await publisher.close()
        connection.terminate()


async def _lock(running: Running, connection: Connection, shard: int) -> bool:
    """Holds the shard's lock, after however long another process leads; False when stopping."""
    while not running.stopping.is_set():
        running.progress(f"relay-{shard}")
        if await connection.fetchval("select pg_try_advisory_lock(hashtext('relay ' || current_schema()), $1)", shard):
            return True
        await running.pause(POLL_SECONDS)
    return False
