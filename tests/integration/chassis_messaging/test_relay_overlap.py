"""The relay goes on reading while a page is under way, and lets the database know later: races, made to happen."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.chassis import outbox, relay
from services.chassis.relay import session, standing
from services.chassis.relay.publisher import Parcel, Publisher
from tests.support.eventually import eventually
from tests.support.messaging import Order, append_rows, read_topic

NewTopic = Callable[..., Awaitable[str]]
KEPT_WARM = """
select count(*) = 1 from pg_stat_activity join pg_locks using (pid)
where datname = current_database() and locktype = 'advisory' and granted and query = 'select 1'
"""


class Road:
    """The way to Kafka: parcels wait while it is shut. `ready` and `sent` name keys and versions, in order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open = asyncio.Event()
        self.ready: list[tuple[str, int]] = []
        self.sent: list[tuple[str, int]] = []
        prepare, publish = Publisher.prepare, Publisher.publish

        async def noted(of: Publisher, rows: Any) -> Parcel:
            parcel = await prepare(of, rows)
            self.ready += [_name(row) for row in rows]
            return parcel

        async def barred(of: Publisher, parcel: Parcel) -> Any:
            self.sent += [_name(row) for batches in parcel.batches.values() for each in batches for row in each.rows]
            await self.open.wait()
            return await publish(of, parcel)

        monkeypatch.setattr(Publisher, "prepare", noted)
        monkeypatch.setattr(Publisher, "publish", barred)


def _name(row: Any) -> tuple[str, int]:
    return row["key"], int(row["headers"]["ce_sequence"])


@pytest.fixture
def road(monkeypatch: pytest.MonkeyPatch) -> Road:
    """Shut at first. Rounds go on for as long as rings come: the race must not depend on how fast the machine is."""
    monkeypatch.setattr("services.chassis.relay.stream.ROUND_SECONDS", 3_600.0)
    return Road(monkeypatch)


@pytest.fixture
def never_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is told when the relay stops, or after MOVE_ROWS rows, and not for the time that has passed."""
    monkeypatch.setattr(standing, "MOVE_SECONDS", 3_600.0)
    monkeypatch.setattr(session, "MOVE_SECONDS", 3_600.0)


async def commit(of: Any, topic: str, facts: list[tuple[UUID, int]], **given: Any) -> None:
    async with of.database.transaction() as tx:
        await append_rows(tx, topic, facts, **given)
    outbox.wake(of.database)


async def published(admin: asyncpg.Connection) -> int:
    return await admin.fetchval("select coalesce(sum(published), 0)::int from outbox_cursor")


async def on_topic(kafka: str, topic: str, records: int) -> bool:
    return len(await read_topic(kafka, topic)) >= records


async def test_what_a_ring_tells_of_is_made_ready_while_a_page_is_under_way_and_sent_after_it(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic, road: Road
) -> None:
    of, name, key = process(kafka=kafka), await topic(2), uuid4()
    start(of, relay.run(of))
    await commit(of, name, [(key, 1)])
    await eventually(lambda: road.sent == [(str(key), 1)])
    await commit(of, name, [(key, 2)])
    await eventually(lambda: road.ready == [(str(key), 1), (str(key), 2)])
    assert road.sent == [(str(key), 1)]
    road.open.set()
    await eventually(lambda: _published(admin, 2))
    order = Order.of(await read_topic(kafka, name))
    assert order.first == {str(key): [1, 2]}
    assert max(order.times.values()) == 1


async def test_a_refusal_stops_later_rows_of_its_key_that_were_made_ready_meanwhile_and_no_others(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic, road: Road
) -> None:
    of, name, stopped, free = process(kafka=kafka), await topic(1), uuid4(), uuid4()
    start(of, relay.run(of))
    await commit(of, name, [(stopped, 1)], value=b"x" * 2_000_000)
    await eventually(lambda: road.sent == [(str(stopped), 1)])
    await commit(of, name, [(free, 1), (stopped, 2)])
    await eventually(lambda: len(road.ready) == 3)
    road.open.set()
    await eventually(lambda: admin.fetchval("select count(*) = 2 from outbox_held"))
    await eventually(lambda: _published(admin, 1))
    assert Order.of(await read_topic(kafka, name)).first == {str(free): [1]}
    await admin.execute("update outbox_held set value = 'x', next_at = now()")
    outbox.wake(of.database)
    await eventually(lambda: admin.fetchval("select count(*) = 0 from outbox_held"))
    assert Order.of(await read_topic(kafka, name)).first == {str(free): [1], str(stopped): [1, 2]}


@pytest.mark.usefixtures("never_moves")
async def test_who_dies_before_the_database_knows_publishes_again_what_it_was_not_told_and_no_more(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "MOVE_ROWS", 3)
    of, after, name, key = process(kafka=kafka), process(kafka=kafka), await topic(1), uuid4()
    dies = asyncio.ensure_future(relay.run(of))
    for version in range(1, 6):
        await commit(of, name, [(key, version)])
        await eventually(lambda version=version: on_topic(kafka, name, version))
    await eventually(lambda: _published(admin, 3))
    dies.cancel()
    await asyncio.wait({dies})
    assert await published(admin) == 3
    running = start(after, relay.run(after))
    await eventually(lambda: on_topic(kafka, name, 7))
    after.stopping.set()
    await running
    order = Order.of(await read_topic(kafka, name))
    assert order.first == {str(key): [1, 2, 3, 4, 5]}
    assert [order.times[str(key), version] for version in range(1, 6)] == [1, 1, 1, 2, 2]


@pytest.mark.usefixtures("never_moves")
async def test_a_relay_that_stops_tells_the_database_first(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic
) -> None:
    of, name = process(kafka=kafka), await topic(1)
    running = start(of, relay.run(of))
    await commit(of, name, [(uuid4(), 1)])
    await eventually(lambda: on_topic(kafka, name, 1))
    assert await published(admin) == 0
    of.stopping.set()
    await running
    assert await published(admin) == 1


async def test_while_kafka_is_asked_about_a_topic_the_locks_connection_is_kept_and_the_wait_is_told(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, prepare = asyncio.Event(), Publisher.prepare

    async def asks(of: Publisher, rows: Any) -> Parcel:
        if rows:
            await answers.wait()
        return await prepare(of, rows)

    monkeypatch.setattr(Publisher, "prepare", asks)
    of, name = process(kafka=kafka), await topic(1)
    start(of, relay.run(of))
    await commit(of, name, [(uuid4(), 1)])
    await eventually(lambda: admin.fetchval(KEPT_WARM))
    await eventually(lambda: not of.reports["kafka"].ok)
    answers.set()
    await eventually(lambda: _published(admin, 1))
    await eventually(lambda: of.reports["kafka"].ok)


async def _published(admin: asyncpg.Connection, rows: int) -> bool:
    return await published(admin) >= rows
