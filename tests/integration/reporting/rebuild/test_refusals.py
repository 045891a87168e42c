"""What a rebuild refuses to put in place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from services.chassis.projections import Projection
from services.chassis.rebuild.refusals import ContentsDiffer, Incomplete
from services.chassis.running import Running
from services.reporting.projections import recalls
from tests.integration.reporting.rebuild.conftest import Live
from tests.integration.reporting.rebuild.steps import (
    as_expected,
    caught_up,
    tell,
)
from tests.support.databases import ServiceDatabase
from tests.support.eventually import eventually
from tests.support.rebuilding import Anew, on_topic


async def test_contents_that_differ_are_told_and_wait_for_consent(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    live()
    await tell(kafka, projection, range(20))
    await eventually(lambda: caught_up(owner, 120))
    await owner.execute("update meeting set state = 'planned' where notice_days < 3")
    await owner.execute("delete from decision where ctid in (select ctid from decision limit 2)")
    await owner.execute("insert into annual_duty values (1900, '1900-01-01', now())")
    with pytest.raises(ContentsDiffer) as told:
        await anew.run()
    assert "meeting: 17 rows alike, 3 different, 0 only live, 0 only rebuilt" in str(told.value)
    assert "decision: 18 rows alike, 0 different, 0 only live, 2 only rebuilt" in str(told.value)
    assert "annual_duty: 3 rows alike, 0 different, 1 only live, 0 only rebuilt" in str(told.value)
    assert await owner.fetchval("select count(*) from meeting where state = 'planned'") == 3
    assert (await anew.run(resume=True, accept_differences=True)).differs
    assert await as_expected(owner, range(20))


async def test_a_topic_that_forgets_is_refused(
    of: Running, database: ServiceDatabase, topic: Callable[..., Awaitable[str]]
) -> None:
    with pytest.raises(Incomplete, match="62 days"):
        await Anew(of, on_topic(recalls, await topic(1)), database.owner_url).run()


async def test_a_topic_that_lost_its_beginning_is_refused(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    await tell(kafka, projection, range(20))
    live()
    await eventually(lambda: caught_up(owner, 120))
    await asyncio.to_thread(cut_off, kafka, projection.topic)
    with pytest.raises(Incomplete, match="begins at offset"):
        await anew.run()


def cut_off(bootstrap: str, topic: str) -> None:
    from confluent_kafka import TopicPartition
    from confluent_kafka.admin import AdminClient

    admin = AdminClient({"bootstrap.servers": bootstrap})
    for answer in admin.delete_records([TopicPartition(topic, partition, 5) for partition in range(4)]).values():
        answer.result(30)


async def test_a_key_of_which_the_topic_holds_less_than_was_seen_is_refused(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    await tell(kafka, projection, range(3))
    live()
    await eventually(lambda: caught_up(owner, 18))
    await owner.execute("update consumer_seen set sequence = 9 where key = (select min(key) from consumer_seen)")
    with pytest.raises(Incomplete, match="of 1 keys"):
        await anew.run()
