"""A rebuild that could not reach its database for a while, and finds that somebody else has ended it meanwhile."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from services.chassis.projections import Projection
from services.chassis.rebuild.refusals import EndedElsewhere
from services.chassis.running import Running
from tests.integration.reporting.rebuild.conftest import Live
from tests.integration.reporting.rebuild.steps import caught_up, contents, nothing_is_left, tell
from tests.support.databases import ServiceDatabase
from tests.support.eventually import eventually
from tests.support.messaging import running
from tests.support.rebuilding import Anew


class Away(Anew):
    """A rebuild that loses its database once, in the midst; it comes `back` when the test says so."""

    def __init__(self, of: Running, projection: Projection, owner_url: str) -> None:
        super().__init__(of, projection, owner_url)
        self.gone, self.back = asyncio.Event(), asyncio.Event()

    def _tell(self, done: int, total: int, *, step: str) -> None:
        super()._tell(done, total, step=step)
        if done and not self.gone.is_set():
            raise asyncpg.ConnectionDoesNotExistError

    async def waits(self, _: float) -> None:
        self.gone.set()
        await self.back.wait()


@pytest.fixture
async def away(
    kafka: str, owner: asyncpg.Connection, database: ServiceDatabase, projection: Projection, live: Live
) -> Away:
    """Of a live projection with more than one batch of facts."""
    await tell(kafka, projection, range(1_500))
    live()
    await eventually(lambda: caught_up(owner, 9_000), within=60)
    return Away(running(database.url, kafka, "reporting"), projection, database.owner_url)


async def _gone(away: Away, monkeypatch: pytest.MonkeyPatch) -> asyncio.Task[object]:
    """The rebuild under way, its connections and with them its lock lost."""
    monkeypatch.setattr(away.running, "pause", away.waits)
    late = asyncio.create_task(away.run())
    await asyncio.wait({late, asyncio.ensure_future(away.gone.wait())}, return_when=asyncio.FIRST_COMPLETED)
    assert not late.done(), late
    return late


async def test_what_was_given_up_meanwhile_is_not_written_into_the_live_tables(
    owner: asyncpg.Connection, away: Away, anew: Anew, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = await _gone(away, monkeypatch)
    other = anew.work()
    await other.abandon()
    await other.close()
    await owner.execute("truncate meeting, attendance, decision, annual_duty")
    away.back.set()
    with pytest.raises(EndedElsewhere, match="--status"):
        await late
    assert not any((await contents(owner)).values())
    assert await nothing_is_left(owner)


async def test_what_was_put_in_place_meanwhile_is_left_as_it_is(
    owner: asyncpg.Connection, away: Away, anew: Anew, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await contents(owner)
    late = await _gone(away, monkeypatch)
    assert not (await anew.run(resume=True)).differs
    away.back.set()
    with pytest.raises(EndedElsewhere, match="--status"):
        await late
    assert await contents(owner) == before
    assert await nothing_is_left(owner)
