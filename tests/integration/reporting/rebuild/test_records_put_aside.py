"""Records that cannot be applied, or were given up for good, in a rebuild."""

from __future__ import annotations

import asyncpg

from services.chassis.projections import Projection
from tests.integration.reporting.rebuild.conftest import Live
from tests.integration.reporting.rebuild.steps import (
    as_expected,
    caught_up,
    nothing_is_left,
)
from tests.support.eventually import eventually
from tests.support.messaging import producing, send
from tests.support.rebuilding import Anew, life, publish


async def test_a_record_that_cannot_be_applied_is_put_aside_here_as_there(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    live()
    bad, *others = life(1)
    async with producing(kafka) as producer:
        await send(producer, projection.topic, bad, 1, value=b"{}")
        await publish(producer, projection.topic, others, after=1)
        await publish(producer, projection.topic, life(2))
    await eventually(lambda: caught_up(owner, 12))
    assert await owner.fetchval("select count(*) from parked_record") == 6
    parked = await owner.fetch('select "offset", reason, attempts from parked_record order by "offset"')
    report = await anew.run()
    assert not report.differs
    assert await owner.fetch('select "offset", reason, attempts from parked_record order by "offset"') == parked
    assert await as_expected(owner, range(2, 3))
    assert await nothing_is_left(owner)


async def test_what_was_discarded_stays_discarded(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    live()
    bad, *others = life(1)
    async with producing(kafka) as producer:
        await send(producer, projection.topic, bad, 1, value=b"{}")
        await eventually(lambda: caught_up(owner, 1))
        await owner.execute("update parked_record set state = 'discarded', settled_by = 'x', settled_why = 'a reason'")
        await publish(producer, projection.topic, others, after=1)
    await eventually(lambda: caught_up(owner, 6))
    assert not (await anew.run()).differs
    assert await as_expected(owner, range(1, 2))
    assert await owner.fetchval("select settled_why from parked_record") == "a reason"
