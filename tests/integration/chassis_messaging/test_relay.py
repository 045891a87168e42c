"""From the outbox to a real Kafka."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiokafka.client import AIOKafkaClient
from prometheus_client import REGISTRY

from deploy.local.ports import free_port
from services.chassis import outbox, relay
from services.chassis.relay.cursor import Cursor
from tests.support.eventually import eventually
from tests.support.messaging import Order, append_rows, read_topic

NewTopic = Callable[..., Awaitable[str]]


async def published(admin: asyncpg.Connection) -> int:
    return await admin.fetchval("select coalesce(sum(published), 0)::int from outbox_cursor")


async def versions(tx: Any, key: UUID) -> int:
    """Takes the row lock of an aggregate and gives its next version, as a service's store does."""
    return await tx.fetchval(
        "insert into aggregate (id, version) values ($1, 1) on conflict (id) do update "
        "set version = aggregate.version + 1 returning version",
        key,
    )


@pytest.fixture
async def aggregates(admin: asyncpg.Connection) -> None:
    await admin.execute("create table aggregate (id uuid primary key, version int not null)")
    await admin.execute("grant all on aggregate to sandbox")


async def test_what_was_committed_is_published_and_what_was_rolled_back_is_not(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic
) -> None:
    of, name, key = process(kafka=kafka), await topic(4), uuid4()
    start(of, relay.run(of))
    async with of.database.transaction() as tx:
        await append_rows(tx, name, [(key, 1), (key, 2)])
    async with of.database.connection() as connection:
        undone = connection.transaction()
        await undone.start()
        await append_rows(connection, name, [(key, 3)])
        await undone.rollback()
    outbox.wake(of.database)
    await eventually(lambda: _at_least(admin, 2))
    assert Order.of(await read_topic(kafka, name)).first == {str(key): [1, 2]}


async def _at_least(admin: asyncpg.Connection, rows: int) -> bool:
    return await published(admin) >= rows


@pytest.mark.usefixtures("aggregates")
async def test_no_fact_is_lost_and_keys_keep_their_order_with_many_writers_rollbacks_and_a_slow_transaction(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic
) -> None:
    of, name = process(kafka=kafka), await topic(4)
    keys, chance = [uuid4() for _ in range(15)], random.Random(4)
    start(of, relay.run(of))
    written: dict[str, int] = {}

    async def write(turns: int) -> None:
        for _ in range(turns):
            key, fails = chance.choice(keys), chance.random() < 0.1
            try:
                async with of.database.transaction() as tx:
                    version = await versions(tx, key)
                    await append_rows(tx, name, [(key, version)])
                    if fails:
                        raise ZeroDivisionError
                    written[str(key)] = version
            except ZeroDivisionError:
                continue
            outbox.wake(of.database)

    slow_key = uuid4()
    async with of.database.transaction() as slow:
        await append_rows(slow, name, [(slow_key, 1)])
        await asyncio.gather(*(write(25) for _ in range(8)))
    written[str(slow_key)] = 1
    await eventually(lambda: _at_least(admin, sum(written.values())))
    order = Order.of(await read_topic(kafka, name))
    assert {key: list(range(1, last + 1)) for key, last in written.items()} == order.first
    assert max(order.times.values()) == 1


async def test_a_slow_transaction_holds_up_nobody_else(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic
) -> None:
    of, name = process(kafka=kafka), await topic(1)
    start(of, relay.run(of))
    async with of.database.transaction() as slow:
        await append_rows(slow, name, [(uuid4(), 1)])
        async with of.database.transaction() as tx:
            await append_rows(tx, name, [(uuid4(), 1)])
        await eventually(lambda: _at_least(admin, 1))
    await eventually(lambda: _at_least(admin, 2))


async def test_a_relay_that_fails_between_acknowledgement_and_cursor_publishes_again_in_order(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic, monkeypatch: Any
) -> None:
    of, name, key = process(kafka=kafka), await topic(1), uuid4()
    advance, failures = Cursor.advance, []

    async def lose_the_first(self: Cursor, *given: Any) -> None:
        if not failures:
            failures.append(1)
            raise ConnectionResetError
        await advance(self, *given)

    monkeypatch.setattr(Cursor, "advance", lose_the_first)
    async with of.database.transaction() as tx:
        await append_rows(tx, name, [(key, 1), (key, 2), (key, 3)])
    start(of, relay.run(of))
    await eventually(lambda: _at_least(admin, 3))
    order = Order.of(await read_topic(kafka, name))
    assert order.first == {str(key): [1, 2, 3]}
    assert set(order.times.values()) == {2}


async def test_only_one_of_two_relays_publishes_and_the_other_takes_over(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic
) -> None:
    first, second, name = process(kafka=kafka), process(kafka=kafka), await topic(1)
    leading = start(first, relay.run(first))
    await eventually(lambda: admin.fetchval("select count(*) = 1 from outbox_cursor"))
    start(second, relay.run(second))
    async with first.database.transaction() as tx:
        await append_rows(tx, name, [(uuid4(), 1)])
    await eventually(lambda: _at_least(admin, 1))
    first.stopping.set()
    await leading
    async with second.database.transaction() as tx:
        await append_rows(tx, name, [(uuid4(), 1)])
    await eventually(lambda: _at_least(admin, 2))
    assert len(await read_topic(kafka, name)) == 2


async def test_a_record_that_the_broker_refuses_stops_only_its_key_until_the_cause_is_gone(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic
) -> None:
    of, name, stopped, free = process(kafka=kafka), await topic(1), uuid4(), uuid4()
    async with of.database.transaction() as tx:
        await append_rows(tx, name, [(free, 1), (stopped, 1)])
        await append_rows(tx, name, [(stopped, 2)], value=b"x" * 2_000_000)
        await append_rows(tx, name, [(free, 2), (stopped, 3), (free, 3)])
    start(of, relay.run(of))
    await eventually(lambda: _at_least(admin, 4))
    order = Order.of(await read_topic(kafka, name))
    assert order.first == {str(free): [1, 2, 3], str(stopped): [1]}
    assert await admin.fetch("select reason from outbox_held order by id") == [
        ("MessageSizeTooLargeError",),
        (None,),
    ]
    await admin.execute("update outbox_held set value = 'x', next_at = now()")
    await eventually(lambda: admin.fetchval("select count(*) = 0 from outbox_held"))
    assert Order.of(await read_topic(kafka, name)).first[str(stopped)] == [1, 2, 3]


async def test_a_fact_for_a_topic_that_does_not_exist_waits_and_the_rest_flows(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic
) -> None:
    of, name = process(kafka=kafka), await topic(1)
    async with of.database.transaction() as tx:
        await append_rows(tx, "nowhere.at.all", [(uuid4(), 1)])
        await append_rows(tx, name, [(uuid4(), 1)])
    start(of, relay.run(of))
    await eventually(lambda: _at_least(admin, 1))
    assert await admin.fetchval("select reason from outbox_held") == "UnknownTopicOrPartitionError"


async def test_a_backlog_longer_than_a_page_comes_whole_and_in_order(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic
) -> None:
    of, name = process(kafka=kafka), await topic(4)
    keys = [uuid4() for _ in range(50)]
    for version in range(1, 101):
        async with of.database.transaction() as tx:
            await append_rows(tx, name, [(key, version) for key in keys])
    start(of, relay.run(of))
    await eventually(lambda: _at_least(admin, 5_000), within=30)
    order = Order.of(await read_topic(kafka, name))
    assert order.first == {str(key): list(range(1, 101)) for key in keys}
    assert max(order.times.values()) == 1


async def test_shards_share_the_keys_and_another_number_of_shards_loses_nothing(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic
) -> None:
    one, three, name = process(kafka=kafka), process(kafka=kafka, relay_shards=3), await topic(4)
    keys = [uuid4() for _ in range(30)]
    alone = start(one, relay.run(one))
    async with one.database.transaction() as tx:
        await append_rows(tx, name, [(key, 1) for key in keys])
    await eventually(lambda: _at_least(admin, 30))
    one.stopping.set()
    await alone
    async with three.database.transaction() as tx:
        await append_rows(tx, name, [(key, 2) for key in keys])
    start(three, relay.run(three))
    everywhere = "select count(*) filter (where published > 0) = 3 and sum(published) >= 30 from outbox_cursor"
    await eventually(lambda: admin.fetchval(everywhere))
    order = Order.of(await read_topic(kafka, name))
    assert order.first == {str(key): [1, 2] for key in keys}


async def test_a_client_that_asks_no_more_about_topics_is_replaced_instead_of_waited_for(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the question is written to a connection that has just broken: with uvloop that is no OSError."""
    of, to_break, ask = process(kafka=kafka), [], AIOKafkaClient._metadata_update

    async def on_a_broken_connection(self: AIOKafkaClient, *given: Any) -> bool:
        if to_break and of.service_name in self._client_id:
            to_break.clear()
            raise RuntimeError("unable to perform operation on <TCPTransport closed=True>; the handler is closed")
        return await ask(self, *given)

    monkeypatch.setattr(AIOKafkaClient, "_metadata_update", on_a_broken_connection)
    start(of, relay.run(of))
    for so_far in (1, 2):
        name = await topic(1)  # the second is new to the relay's client
        async with of.database.transaction() as tx:
            await append_rows(tx, name, [(uuid4(), 1)])
        await eventually(lambda so_far=so_far: _at_least(admin, so_far))
        to_break.append(1)
    assert REGISTRY.get_sample_value("cispd_relay_restarts_total", {"reason": "AskingEnded"})


async def test_a_relay_starts_without_kafka_and_publishes_when_it_comes(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic
) -> None:
    name, (host, _, port) = await topic(1), kafka.partition(":")
    # Not a port for clients: the relay, trying it again and again, could end up connected to itself.
    address = ("127.0.0.1", free_port())
    of = process(kafka=f"{address[0]}:{address[1]}")
    async with of.database.transaction() as tx:
        await append_rows(tx, name, [(uuid4(), 1)])
    start(of, relay.run(of))
    await eventually(lambda: "kafka" in of.reports and not of.reports["kafka"].ok)

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await asyncio.open_connection(host, int(port))
        await asyncio.gather(_pump(reader, behind_writer), _pump(behind_reader, writer))

    async with await asyncio.start_server(forward, *address):
        await eventually(lambda: _at_least(admin, 1), within=30)
        of.stopping.set()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
