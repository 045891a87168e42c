"""Each fault that makes the usual consumer lose or double records, put where the race is; ours does neither.

Where it is cheap, the usual way is run beside ours on the same records, so that the fault is known to bite.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from prometheus_client import REGISTRY

from services.chassis import consumer
from services.chassis.act import Act
from services.chassis.consumer import batches
from services.chassis.consumer.batches import Batches
from services.chassis.consumer.positions import Positions
from tests.support.effects import Kind, applied, applied_is, count, recording
from tests.support.eventually import eventually
from tests.support.messaging import OnTopics, producing, published

NewTopic = Callable[..., Awaitable[str]]


async def pretend_to_have_read(kafka: str, group: str, place: TopicPartition, offset: int) -> None:
    """Commits an offset to the broker, further than anything of ours was applied."""
    client = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=group, enable_auto_commit=False)
    await client.start()
    client.assign([place])
    await client.commit({place: offset})
    await client.stop()


class _SeeksLate(ConsumerRebalanceListener):  # type: ignore[misc]
    """The usual way: seek to the stored position once the partitions are assigned; the database answers slowly."""

    client: AIOKafkaConsumer

    def __init__(self, handed_out: asyncio.Event) -> None:
        self._handed_out = handed_out

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None: ...

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        await self._handed_out.wait()
        for place in assigned:
            self.client.seek(place, 0)


async def test_records_handed_out_before_anybody_has_sought_do_not_count(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic, effects: None
) -> None:
    of, name = process(kafka=kafka), await topic(1)
    expected = await published(kafka, name, 20)
    for group in (of.service_name, f"{of.service_name}-usual"):
        await pretend_to_have_read(kafka, group, TopicPartition(name, 0), 12)

    handed_out = asyncio.Event()
    listener = _SeeksLate(handed_out)
    listener.client = AIOKafkaConsumer(
        bootstrap_servers=kafka, group_id=f"{of.service_name}-usual", enable_auto_commit=False
    )
    listener.client.subscribe([name], listener=listener)
    await listener.client.start()
    usual = await listener.client.getmany(timeout_ms=15_000)
    handed_out.set()
    await listener.client.stop()
    assert usual[TopicPartition(name, 0)][0].offset == 12

    start(of, consumer.run(of, recording(name)))
    await eventually(lambda: applied_is(admin, expected))


async def test_an_exception_out_of_the_batch_is_not_swallowed_with_its_records(
    process: Any,
    start: Any,
    admin: asyncpg.Connection,
    kafka: str,
    topic: NewTopic,
    effects: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of, name = process(kafka=kafka), await topic(1)
    expected = await published(kafka, name, 20)
    raised: list[int] = []

    async def breaks_twice(*given: Any) -> Any:
        if len(raised) < 2:
            raised.append(1)
            raise RuntimeError("a fault of our own code")
        return await parked_among(*given)

    parked_among = batches.parked_among
    monkeypatch.setattr(batches, "parked_among", breaks_twice)
    start(of, consumer.run(of, recording(name)))
    await eventually(lambda: applied_is(admin, expected))
    assert len(raised) == 2
    assert await count(admin, "parked_record") == 0


@pytest.mark.parametrize("what", ["a handler that raises", "a header that is not UTF-8"])
async def test_the_shell_alone_goes_on_behind_a_batch_that_failed(what: str, kafka: str, topic: NewTopic) -> None:
    """Why nothing of ours relies on it: its own parser and acknowledgement lose what came with the bad record."""
    name, seen, reached = await topic(1), [], asyncio.Event()
    broker = KafkaBroker(kafka, apply_types=False, logger=None)

    async def on_record(value: Any) -> None:
        seen.append(value)
        if value == b"last":
            reached.set()
        if value == b"first" and what == "a handler that raises":
            raise RuntimeError("a handler's fault")

    subscriber: Any = broker.subscriber(
        name,
        group_id=f"usual-{uuid4()}",
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.MANUAL,
    )
    subscriber(on_record)
    await broker.start()
    async with producing(kafka) as producer:
        bad = [("correlation_id", b"\xff\xfe")] if what == "a header that is not UTF-8" else []
        await producer.send_and_wait(name, b"first", headers=bad)
        await producer.send_and_wait(name, b"last")
    await asyncio.wait_for(reached.wait(), 30)
    await broker.stop()
    assert seen.count(b"first") == (1 if what == "a handler that raises" else 0)


async def test_an_exception_in_the_rebalance_listener_loses_and_doubles_nothing(
    process: Any,
    start: Any,
    admin: asyncpg.Connection,
    kafka: str,
    topic: NewTopic,
    effects: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, raised = await topic(4), []

    async def breaks(self: Batches, *, after_batch: bool) -> None:
        raised.append(after_batch)
        raise RuntimeError("a fault in the listener")

    monkeypatch.setattr(Batches, "forget", breaks)
    one, two = process(kafka=kafka, consumer_batch=10), process(kafka=kafka, consumer_batch=10)
    first_half = await published(kafka, name, 40, 3)
    start(one, consumer.run(one, recording(name)))
    await eventually(lambda: admin.fetchval("select count(*) > 0 from effect"), within=30)
    start(two, consumer.run(two, recording(name)))
    await eventually(lambda: len(raised) >= 3, within=30)
    expected = first_half | await published(kafka, name, 40, 3)
    await eventually(lambda: applied_is(admin, expected), within=60)


async def position(admin: asyncpg.Connection) -> int | None:
    return await admin.fetchval("select position from consumer_position")


async def test_another_member_cannot_claim_while_an_evicted_members_batch_is_running(
    process: Any,
    start: Any,
    admin: asyncpg.Connection,
    sandbox: Any,
    kafka: str,
    topic: NewTopic,
    effects: None,
) -> None:
    of, name = process(kafka=kafka), await topic(1)
    place, running_now, go_on = TopicPartition(name, 0), asyncio.Event(), asyncio.Event()
    subscriptions = OnTopics(name)

    @subscriptions.on(Kind)
    async def on_fact(event: Any, act: Act) -> None:
        assert act.cause is not None
        await act.tx.execute("insert into effect (key, version) values ($1, $2)", event.key, act.cause.sequence)
        running_now.set()
        # Statements go on, or the database would end the transaction of a process that looks frozen.
        while not go_on.is_set():
            await act.tx.execute("select 1")
            await asyncio.sleep(0.05)

    expected = await published(kafka, name, 1)
    start(of, consumer.run(of, subscriptions))
    await asyncio.wait_for(running_now.wait(), 30)
    other = await asyncpg.connect(sandbox.url)
    claiming = asyncio.create_task(Positions(of.service_name, uuid4()).claim(other, [place]))
    await eventually(lambda: admin.fetchval("select exists (select from pg_locks where not granted)"))
    assert not claiming.done()
    go_on.set()
    assert await claiming == {place: 1}
    await other.close()
    assert await applied(admin) == expected


async def test_what_an_evicted_member_does_after_another_has_claimed_does_not_count(
    process: Any,
    start: Any,
    admin: asyncpg.Connection,
    sandbox: Any,
    kafka: str,
    topic: NewTopic,
    effects: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of, name = process(kafka=kafka), await topic(1)
    expected, place, fences = await published(kafka, name, 10), TopicPartition(name, 0), []
    move = Positions.move

    async def others_come_first(self: Positions, tx: Any, moves: Any) -> None:
        if len(fences) < 2:
            other = await asyncpg.connect(sandbox.url)
            await Positions(of.service_name, uuid4()).claim(other, [place])
            await other.close()
            fences.append(1)
        await move(self, tx, moves)

    before = REGISTRY.get_sample_value("cispd_consumer_fenced_total") or 0
    monkeypatch.setattr(Positions, "move", others_come_first)
    start(of, consumer.run(of, recording(name)))
    await eventually(lambda: applied_is(admin, expected), within=30)
    assert REGISTRY.get_sample_value("cispd_consumer_fenced_total") == before + 2


async def test_two_members_of_one_name_are_told_and_lose_and_double_nothing(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic, effects: None
) -> None:
    name = await topic(4)
    members = [process(kafka=kafka, consumer_batch=10, consumer_instance="the-same") for _ in range(2)]
    for member in members:
        start(member, consumer.run(member, recording(name)))
    expected: dict[str, list[int]] = {}

    async def told() -> bool:
        expected.update(await published(kafka, name, 20, 2))
        return any("consumer_name" in each.reports and not each.reports["consumer_name"].ok for each in members)

    await eventually(told, within=60)
    members[0].stopping.set()
    await eventually(lambda: applied_is(admin, expected), within=60)


async def test_a_commit_that_the_broker_refuses_changes_nothing(
    process: Any,
    start: Any,
    admin: asyncpg.Connection,
    kafka: str,
    topic: NewTopic,
    effects: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refused: list[int] = []

    async def refuse(self: AIOKafkaConsumer, offsets: Any = None) -> None:
        refused.append(1)
        raise CommitFailedError("no longer a member")

    monkeypatch.setattr(AIOKafkaConsumer, "commit", refuse)
    of, name = process(kafka=kafka), await topic(1)
    expected = await published(kafka, name, 5)
    start(of, consumer.run(of, recording(name)))
    await eventually(lambda: applied_is(admin, expected))
    await eventually(lambda: len(refused) >= 2)
    expected |= await published(kafka, name, 5)
    await eventually(lambda: applied_is(admin, expected))
