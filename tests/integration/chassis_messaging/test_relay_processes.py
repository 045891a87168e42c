"""Relays that are killed or frozen while they publish."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from services.chassis import outbox, relay
from tests.support.databases import ServiceDatabase
from tests.support.eventually import eventually
from tests.support.messaging import Order, append_rows, read_topic

NewTopic = Callable[..., Awaitable[str]]


@pytest.fixture
async def relay_process(sandbox: ServiceDatabase, kafka: str) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    made: list[asyncio.subprocess.Process] = []

    async def begin(*how: str) -> asyncio.subprocess.Process:
        command = ("-m", "tests.support.relay_process", sandbox.url, kafka, *how)
        made.append(await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE))
        return made[-1]

    yield begin
    for each in made:
        if each.returncode is None:
            each.send_signal(signal.SIGCONT)
            each.kill()
        await each.communicate()


async def leads(admin: asyncpg.Connection) -> bool:
    return await admin.fetchval(
        "select exists (select from pg_locks where locktype = 'advisory' and granted and objid = 0 and objsubid = 2 "
        "and database = (select oid from pg_database where datname = current_database()))"
    )


async def test_another_relay_takes_over_from_a_frozen_one_which_steps_down_when_it_wakes(
    relay_process: Any, process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic
) -> None:
    frozen = await relay_process()
    await eventually(lambda: leads(admin))
    of, name = process(kafka=kafka), await topic(2)
    keys, written = [uuid4() for _ in range(5)], 0

    async def write() -> None:
        nonlocal written
        written += 1
        async with of.database.transaction() as tx:
            await append_rows(tx, name, [(key, written) for key in keys])
        outbox.wake(of.database)

    async def all_out() -> bool:
        return await admin.fetchval("select coalesce(sum(published), 0)::int from outbox_cursor") >= written * len(keys)

    for _ in range(20):
        await write()
    await eventually(all_out)
    frozen.send_signal(signal.SIGSTOP)
    for _ in range(20):
        await write()
    start(of, relay.run(of))
    await eventually(all_out)
    frozen.send_signal(signal.SIGCONT)
    await eventually(lambda: _said(frozen, b"relay.restarts"))
    for _ in range(20):
        await write()
    await eventually(all_out)
    assert Order.of(await read_topic(kafka, name)).first == {str(key): list(range(1, 61)) for key in keys}


async def test_after_a_kill_in_the_midst_of_publishing_nothing_is_missing_and_keys_keep_their_order(
    relay_process: Any, process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic
) -> None:
    of, name = process(kafka=kafka), await topic(2)
    keys = [uuid4() for _ in range(20)]
    for version in range(1, 201):
        async with of.database.transaction() as tx:
            await append_rows(tx, name, [(key, version) for key in keys])
    killed = await relay_process()
    await eventually(lambda: admin.fetchval("select coalesce(sum(published), 0) > 0 from outbox_cursor"))
    killed.kill()
    start(of, relay.run(of))
    await eventually(lambda: admin.fetchval("select sum(published) >= 4000 from outbox_cursor"), within=30)
    assert Order.of(await read_topic(kafka, name)).first == {str(key): list(range(1, 201)) for key in keys}


async def test_a_kill_between_the_acknowledgement_and_the_cursor_costs_duplicates_in_order_and_nothing_else(
    relay_process: Any, process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic
) -> None:
    of, name = process(kafka=kafka), await topic(2)
    keys = [uuid4() for _ in range(20)]
    for version in range(1, 11):
        async with of.database.transaction() as tx:
            await append_rows(tx, name, [(key, version) for key in keys])
    for _ in range(2):
        killed = await relay_process("dies-before-its-cursor-moves")
        await asyncio.wait_for(killed.wait(), 60)
        assert killed.returncode == -signal.SIGKILL
    assert not await admin.fetchval("select sum(published) from outbox_cursor")
    start(of, relay.run(of))
    await eventually(lambda: admin.fetchval("select sum(published) = 200 from outbox_cursor"), within=30)
    order = Order.of(await read_topic(kafka, name))
    assert order.first == {str(key): list(range(1, 11)) for key in keys}
    assert set(order.times.values()) == {3}


async def _said(of: asyncio.subprocess.Process, word: bytes) -> bool:
    assert of.stdout is not None
    try:
        return word in await asyncio.wait_for(of.stdout.readline(), 0.2)
    except TimeoutError:
        return False
