"""Timers whose process is killed in the middle of a handler."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from tests.support.databases import ServiceDatabase
from tests.support.eventually import eventually
from tests.support.ledger_of_firings import TABLE, set_all

IN_A_HANDLER = "select count(*) from pg_stat_activity where query like 'select pg_sleep%' and datname = $1"


@pytest.fixture
async def timers_process(sandbox: ServiceDatabase) -> AsyncIterator[Callable[[float], Awaitable[Any]]]:
    """`await timers_process(seconds)`: a process in which every handler takes so long."""
    made: list[asyncio.subprocess.Process] = []

    async def begin(seconds: float) -> asyncio.subprocess.Process:
        command = ("-m", "tests.support.timers_process", sandbox.url, str(seconds))
        made.append(await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.DEVNULL))
        return made[-1]

    yield begin
    for each in made:
        if each.returncode is None:
            each.kill()
        await each.wait()


async def test_after_a_kill_in_the_middle_of_a_handler_every_timer_fires_once_in_effect(
    timers_process: Any, process: Any, admin: asyncpg.Connection, sandbox: ServiceDatabase
) -> None:
    await admin.execute(TABLE)
    keys = [str(number) for number in range(30)]
    await set_all(process().database, "nap", keys, datetime.now(UTC) - timedelta(minutes=1))
    killed = await timers_process(600)
    await eventually(lambda: admin.fetchval(IN_A_HANDLER, sandbox.name), within=60)
    killed.kill()
    await killed.wait()
    # The server notices a dead client when it next speaks to it; an operator's restart would not wait either.
    await admin.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where query like 'select pg_sleep%' and datname = $1",
        sandbox.name,
    )
    await timers_process(0)
    await timers_process(0)
    await eventually(lambda: admin.fetchval("select count(*) = 0 from timer"), within=60)
    assert sorted(row["key"] for row in await admin.fetch("select key from fired")) == sorted(keys)
