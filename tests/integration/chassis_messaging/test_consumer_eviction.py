"""A member that the broker itself evicts while its batch is running, and another that takes over meanwhile."""

import asyncio
import secrets
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from aiokafka.consumer.group_coordinator import GroupCoordinator
from prometheus_client import REGISTRY

from services.chassis import consumer
from services.chassis.consumer.positions import Positions
from tests.support.databases import ServiceDatabase
from tests.support.effects import applied_is, recording
from tests.support.eventually import eventually
from tests.support.messaging import published

NewTopic = Callable[..., Awaitable[str]]
FENCED = "cispd_consumer_fenced_total"


async def test_a_member_evicted_by_the_broker_is_fenced_when_its_batch_goes_on(
    process: Any,
    start: Any,
    admin: asyncpg.Connection,
    kafka: str,
    topic: NewTopic,
    effects: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, silent = await topic(2), {"evicted"}
    held, go_on = asyncio.Event(), asyncio.Event()
    heartbeat, move = GroupCoordinator._do_heartbeat, Positions.move

    async def lost_on_the_way(self: GroupCoordinator) -> bool:
        return True if self._group_instance_id in silent else await heartbeat(self)

    async def held_up_once(self: Positions, tx: Any, moves: Any) -> None:
        if not held.is_set():
            held.set()
            # Statements go on, or the database would end the transaction of a process that looks frozen.
            while not go_on.is_set():
                await tx.execute("select 1")
                await asyncio.sleep(0.05)
        await move(self, tx, moves)

    # To the broker a commit is as good as a heartbeat.
    monkeypatch.setattr(consumer, "TELL_SECONDS", 120)
    monkeypatch.setattr(GroupCoordinator, "_do_heartbeat", lost_on_the_way)
    monkeypatch.setattr(Positions, "move", held_up_once)
    evicted, heir = (process(kafka=kafka, consumer_instance=instance) for instance in ("evicted", "heir"))
    expected = await published(kafka, name, 20)
    start(evicted, consumer.run(evicted, recording(name)))
    await asyncio.wait_for(held.wait(), 60)

    start(heir, consumer.run(heir, recording(name)))
    # Both partitions are the heir's only once the broker has given up waiting for the other.
    await eventually(lambda: applied_is(admin, expected), within=60)
    before = REGISTRY.get_sample_value(FENCED) or 0
    go_on.set()
    await eventually(lambda: (REGISTRY.get_sample_value(FENCED) or 0) > before, within=30)

    silent.clear()
    expected |= await published(kafka, name, 20, 2)
    await eventually(lambda: applied_is(admin, expected), within=60)


async def test_a_process_frozen_in_its_batch_until_another_took_over_doubles_nothing_when_it_wakes(
    process: Any, start: Any, sandbox: ServiceDatabase, admin: asyncpg.Connection, kafka: str, topic: NewTopic,
    effects: None,
) -> None:  # fmt: skip
    name, group = await topic(1), f"frozen-{secrets.token_hex(4)}"
    expected = await published(kafka, name, 200)
    frozen = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.consumer_process", sandbox.url, kafka, group, name,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        busy = "select exists (select from pg_stat_activity where query like 'select pg_sleep(1)%' and state = 'active'"
        await eventually(lambda: admin.fetchval(f"{busy} and datname = current_database())"), within=60)
        frozen.send_signal(signal.SIGSTOP)
        heir = process(group, kafka=kafka)
        start(heir, consumer.run(heir, recording(name)))
        await eventually(lambda: applied_is(admin, expected), within=60)

        frozen.send_signal(signal.SIGCONT)
        assert frozen.stdout is not None
        # Its batch is undone: the database ended the transaction, or the position is another's.
        async with asyncio.timeout(60):
            while b"consumer.retries" not in await frozen.stdout.readline():
                assert frozen.returncode is None
        expected |= await published(kafka, name, 40, 2)
        await eventually(lambda: applied_is(admin, expected), within=60)
    finally:
        if frozen.returncode is None:
            frozen.kill()
        await frozen.communicate()
