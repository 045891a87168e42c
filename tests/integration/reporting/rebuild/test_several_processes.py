"""A rebuild read by several processes: what they make together, and what becomes of them when one ends."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from os import EX_TEMPFAIL
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from services.chassis.consumer.positions import Fenced
from services.chassis.projections import Projection
from services.chassis.rebuild.refusals import CannotRebuild, Stopped
from services.chassis.rebuild.workers import Share
from services.chassis.running import Running
from tests.integration.reporting.rebuild.conftest import Live
from tests.integration.reporting.rebuild.steps import caught_up, contents, nothing_is_left, rebuilt_some, tell
from tests.support.databases import ServiceDatabase
from tests.support.eventually import eventually
from tests.support.rebuilding import Anew

COMPLETE = """
select count(*) from consumer_position as live join consumer_position as built using (topic, partition, position)
where live.consumer = 'reporting' and built.consumer = 'reporting.rebuild.meetings'
"""


HELD_UP = """
select from consumer_position where consumer = 'reporting.rebuild.meetings' and partition = any($1) for update
"""
OF_WAITING = "from pg_stat_activity where application_name = 'cispd-reporting-rebuild' and wait_event_type = 'Lock'"
WAITING = f"select count(*) {OF_WAITING}"
CUT_OFF = f"select count(pg_terminate_backend(pid)) {OF_WAITING}"


async def both_wait(owner: asyncpg.Connection) -> bool:
    await owner.execute("select pg_stat_clear_snapshot()")  # within a transaction the view stands still
    return await owner.fetchval(WAITING) == 2


async def cut_off(owner: asyncpg.Connection) -> bool:
    """Ends the connections that wait, as a server that goes away does; whether there were any."""
    return await owner.fetchval(CUT_OFF) > 0


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Process]:
    """Every process this one starts."""
    processes: list[Process] = []
    start = asyncio.create_subprocess_exec

    async def noted(*words: str, **more: Any) -> Process:
        processes.append(await start(*words, **more))
        return processes[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    return processes


@pytest.fixture
async def held_up(
    database: ServiceDatabase, started: list[Process], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[asyncpg.Connection]:
    """Until this transaction ends, the first worker waits for its positions: it begins a batch and cannot end it."""
    holding, start = await asyncpg.connect(database.owner_url), asyncio.create_subprocess_exec
    await holding.execute("begin")

    async def after_locking(*words: str, **more: Any) -> Process:
        if not started:
            await holding.fetch(HELD_UP, list(Share.model_validate_json(words[-1]).targets))
        return await start(*words, **more)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", after_locking)
    yield holding
    await holding.close()


@pytest.fixture
async def before(kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live) -> dict[str, list[Any]]:
    """The live tables with 1,500 meetings; more than one batch to read."""
    await tell(kafka, projection, range(1_500))
    live()
    await eventually(lambda: caught_up(owner, 9_000), within=60)
    return await contents(owner)


async def test_several_processes_build_what_the_live_consumer_built(
    owner: asyncpg.Connection, anew: Anew, before: dict[str, list[Any]], started: list[Process]
) -> None:
    report = await anew.run(processes=3)
    assert [process.returncode for process in started] == [0, 0]
    assert not report.differs
    assert await contents(owner) == before
    assert await nothing_is_left(owner)


async def test_a_worker_that_is_killed_ends_the_rebuild_which_says_how_to_go_on(
    owner: asyncpg.Connection, anew: Anew, before: dict[str, list[Any]], started: list[Process]
) -> None:
    rebuilding = asyncio.create_task(anew.run(processes=3))
    await eventually(lambda: len(started) == 2, every=0.005)
    started[0].kill()
    with pytest.raises(CannotRebuild, match=r"-9.*--resume --processes 1"):
        await rebuilding
    assert started[1].returncode == 0
    assert not (await anew.run(resume=True)).differs
    assert await contents(owner) == before


async def test_a_rebuild_goes_on_when_a_worker_loses_the_database(
    owner: asyncpg.Connection,
    anew: Anew,
    before: dict[str, list[Any]],
    started: list[Process],
    held_up: asyncpg.Connection,
) -> None:
    rebuilding = asyncio.create_task(anew.run(processes=2))
    await eventually(lambda: cut_off(owner), every=0.02)
    await eventually(lambda: started[0].returncode is not None)
    await held_up.execute("rollback")
    report = await rebuilding
    assert started[0].returncode == EX_TEMPFAIL
    assert not report.differs
    assert await contents(owner) == before
    assert await nothing_is_left(owner)


async def test_workers_end_with_a_rebuild_that_is_told_to_stop(
    owner: asyncpg.Connection, anew: Anew, before: dict[str, list[Any]], started: list[Process], of: Running
) -> None:
    rebuilding = asyncio.create_task(anew.run(processes=2))
    await eventually(lambda: started, every=0.005)
    of.stopping.set()
    with pytest.raises(Stopped):
        await rebuilding
    assert started[0].returncode == 0
    assert await owner.fetchval(COMPLETE) < 4
    of.stopping.clear()
    assert not (await anew.run(resume=True, processes=2)).differs
    assert await contents(owner) == before


async def test_workers_end_when_their_parent_is_killed(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    await tell(kafka, projection, range(4_000))
    live()
    await eventually(lambda: caught_up(owner, 24_000), within=60)
    before = await contents(owner)
    parent = await asyncio.create_subprocess_exec(*anew.command, "--processes", "2", stdout=PIPE)
    assert parent.stdout is not None
    await eventually(lambda: rebuilt_some(owner, parent), within=60, every=0.005)
    async with owner.transaction():
        # Held up, so that neither is at its end when the parent dies: each has one batch in hand and no more.
        await owner.fetch(HELD_UP, list(range(4)))
        await eventually(lambda: both_wait(owner), within=120)
        parent.kill()
        await parent.wait()
    # The worker has the same output: it ends when both have.
    await asyncio.wait_for(parent.stdout.read(), 60)
    # Unstopped it would have read its two partitions to their ends.
    assert await owner.fetchval(COMPLETE) < 2
    assert not (await anew.run(resume=True, processes=2)).differs
    assert await contents(owner) == before


async def test_a_worker_whose_rebuild_was_given_up_writes_nowhere(
    owner: asyncpg.Connection, anew: Anew, before: dict[str, list[Any]]
) -> None:
    # The tables beside are gone: what it wrote would land in the live ones.
    await owner.execute("truncate meeting")
    late = anew.work()
    with pytest.raises(Fenced):
        await late.fill(Share(owner=uuid4(), positions=dict.fromkeys(range(4), 0), targets=dict.fromkeys(range(4), 9)))
    await late.close()
    assert await owner.fetchval("select count(*) from meeting") == 0
