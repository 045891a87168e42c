"""A rebuild that is killed, cut off, stopped or given up."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from services.chassis.projections import Projection
from services.chassis.rebuild.refusals import CannotRebuild, Changed, ContentsDiffer, Stopped, Unfinished
from services.chassis.running import Running
from tests.integration.reporting.rebuild.conftest import Live
from tests.integration.reporting.rebuild.steps import (
    as_expected,
    caught_up,
    contents,
    nothing_is_left,
    positions,
    positions_of_rebuild,
    rebuilt_some,
    tell,
)
from tests.support.databases import ServiceDatabase
from tests.support.eventually import eventually
from tests.support.rebuilding import Anew


@pytest.fixture
async def stopped(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew, of: Running
) -> Anew:
    """A rebuild that was begun and told to stop."""
    await tell(kafka, projection, range(3))
    live()
    await eventually(lambda: caught_up(owner, 18))
    of.stopping.set()
    with pytest.raises(Stopped):
        await anew.run()
    of.stopping.clear()
    return anew


async def test_a_rebuild_killed_in_the_midst_goes_on_where_it_was(
    kafka: str, owner: asyncpg.Connection, database: ServiceDatabase, projection: Projection, live: Live, anew: Anew
) -> None:
    await tell(kafka, projection, range(4_000))
    live()
    await eventually(lambda: caught_up(owner, 24_000), within=60)
    before = await contents(owner)
    process = await asyncio.create_subprocess_exec(*anew.command, "--processes", "1")
    await eventually(lambda: rebuilt_some(owner, process), within=60, every=0.005)
    process.kill()
    await process.wait()
    there = await positions(owner, "reporting.rebuild.meetings")
    assert 0 < there < 24_000
    with pytest.raises(Unfinished, match="--resume"):
        await anew.run()
    report = await anew.run(resume=True)
    assert min(done for done, _, step in anew.told if step == "reading") >= there
    assert not report.differs
    assert await contents(owner) == before


async def test_a_rebuild_whose_connections_are_cut_goes_on_by_itself(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    await tell(kafka, projection, range(2_000))
    live()
    await eventually(lambda: caught_up(owner, 12_000), within=60)
    before = await contents(owner)
    rebuilding = asyncio.create_task(anew.run())
    await eventually(lambda: positions_of_rebuild(owner), within=60, every=0.005)
    cut = await owner.fetch(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cispd-reporting-rebuild'"
    )
    assert cut
    assert not (await rebuilding).differs
    assert await contents(owner) == before
    assert await nothing_is_left(owner)


async def test_a_rebuild_that_is_told_to_stop_says_how_to_go_on(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew, of: Running
) -> None:
    live()
    await tell(kafka, projection, range(5))
    await eventually(lambda: caught_up(owner, 30))
    of.stopping.set()
    with pytest.raises(Stopped, match="--resume"):
        await anew.run()
    of.stopping.clear()
    await anew.run(resume=True)
    assert await as_expected(owner, range(5))


async def test_a_rebuild_given_up_leaves_nothing(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    live()
    await tell(kafka, projection, range(5))
    await eventually(lambda: caught_up(owner, 30))
    await owner.execute("delete from decision")
    with pytest.raises(ContentsDiffer):
        await anew.run()
    work = anew.work()
    await work.abandon()
    await work.close()
    assert await nothing_is_left(owner)
    assert await owner.fetchval("select count(*) from decision") == 0
    lines = await owner.fetch("select target, by is not null, outcome from operation")
    assert [tuple(line) for line in lines] == [("meetings", True, "abandoned")]


async def test_a_table_changed_under_an_unfinished_rebuild_is_noticed(owner: asyncpg.Connection, stopped: Anew) -> None:
    await owner.execute("alter table meeting add column more text")
    with pytest.raises(CannotRebuild, match="migration"):
        await stopped.run(resume=True)


async def test_other_code_than_it_was_begun_with_does_not_go_on_with_a_rebuild(
    owner: asyncpg.Connection, stopped: Anew
) -> None:
    await owner.execute("update operation set fingerprint = 'of other code'")
    with pytest.raises(Changed, match="--abandon"):
        await stopped.run(resume=True)
    assert not await owner.fetchval("select sum(position) from consumer_position where consumer <> 'reporting'")
