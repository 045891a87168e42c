"""From a real Kafka to effects in the database, exactly once."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from schemas.events.meetings import MeetingConvened
from services.chassis import consumer, outbox, relay
from services.chassis.act import Act
from services.chassis.decisions import Aggregate, Decision
from tests.support.effects import Kind, applied, applied_is, count, recording
from tests.support.eventually import eventually
from tests.support.messaging import OnTopics, append_rows, envelope, fact, producing, send

NewTopic = Callable[..., Awaitable[str]]


async def test_a_fact_goes_from_a_decision_to_its_effect_once(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic, effects: None
) -> None:
    of, name, key = process(kafka=kafka), await topic(4), uuid4()
    start(of, relay.run(of))
    start(of, consumer.run(of, recording(name)))
    async with of.database.transaction() as tx:
        await append_rows(tx, name, [(key, 1), (key, 2)])
    outbox.wake(of.database)
    await eventually(lambda: applied_is(admin, {str(key): [1, 2]}))


async def test_what_a_handler_decides_is_appended_with_its_cause_in_the_same_transaction(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic
) -> None:
    of, name = process(kafka=kafka), await topic(1)
    subscriptions = OnTopics(name)

    @subscriptions.on(Kind)
    async def on_fact(event: Any, act: Act) -> Decision[Aggregate]:
        return Aggregate(id=uuid4()).after(fact(MeetingConvened))

    event, caused = fact(), envelope(fact(), 1)
    async with producing(kafka) as producer:
        await send(producer, name, event, 1, ce={"id": caused.id, "correlationid": caused.correlationid})
    start(of, consumer.run(of, subscriptions))
    headers = await eventually(lambda: admin.fetchval("select headers::text from outbox"))
    assert f'"ce_causationid": "{caused.id}"' in headers
    assert f'"ce_correlationid": "{caused.correlationid}"' in headers


async def test_what_is_published_twice_is_applied_once(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic, effects: None
) -> None:
    of, name, event = process(kafka=kafka), await topic(1), fact()
    async with producing(kafka) as producer:
        for version in (1, 2, 1, 2, 3, 2):
            await send(producer, name, event, version)
    start(of, consumer.run(of, recording(name)))
    await eventually(lambda: applied_is(admin, {event.key: [1, 2, 3]}))


async def test_a_record_that_fails_is_put_aside_with_its_followers_and_the_rest_flows(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic, effects: None
) -> None:
    of, name, bad = process(kafka=kafka), await topic(1), fact()
    others = [fact() for _ in range(30)]
    async with producing(kafka) as producer:
        for version in (1, 2, 3):
            for event in [*others[:15], bad, *others[15:]]:
                await send(producer, name, event, version)
    start(of, consumer.run(of, recording(name, poison=lambda key, version: (key, version) == (bad.key, 2))))
    await eventually(lambda: applied_is(admin, {bad.key: [1]} | {each.key: [1, 2, 3] for each in others}))
    rows = await admin.fetch("select * from parked_record order by id")
    assert [(row["sequence"], row["reason"]) for row in rows] == [(2, "HandlerFailed"), (3, "BehindParked")]
    first = rows[0]
    assert first["detail"] == "ValueError"
    assert "effects.py" in first["stack"]
    assert bad.key not in first["stack"] + first["detail"]
    assert (first["topic"], first["partition"], bytes(first["key"])) == (name, 0, bad.key.encode())


NOT_UTF8 = (("ce_id", b"\xff\xfe"),)
STRANGERS = (*envelope(fact(), 1, type="cispd.meetings.Unheard.v1").to_headers(), ("x", b"\xff\x00"), ("y", None))
OUTCOMES: list[tuple[str, dict[str, Any], str | None]] = [
    ("not JSON", {"value": b"{not json"}, "NotJson"),
    ("JSON of another shape", {"value": b'["a"]'}, "ModelRejected"),
    ("a field missing", {"value": b"{}"}, "ModelRejected"),
    ("no headers", {"headers": (("x", b"y"),)}, "NotAnEnvelope"),
    ("a header that is not UTF-8", {"headers": NOT_UTF8}, "NotAnEnvelope"),
    ("a header without a value", {"headers": (("ce_id", None),)}, "NotAnEnvelope"),
    ("headers of strangers, binary and null", {"headers": STRANGERS}, None),
    ("another key than its subject", {"key": b"another"}, "WrongKey"),
    ("another aggregate in its value", {"value": fact().model_dump_json().encode()}, "WrongKey"),
    ("no key", {"key": None}, "WrongKey"),
    ("a key that is not UTF-8", {"key": b"\xff\x00"}, "WrongKey"),
    ("a type nobody knows", {"ce": {"type": "cispd.meetings.Unheard.v1"}}, None),
    ("a type nobody asked for", {"ce": {"type": "cispd.meetings.MeetingHeld.v1"}}, None),
    ("a tombstone", {"value": None}, None),
    ("nulls for bytes", {"value": b"\x00" * 10}, "NotJson"),
]


@pytest.mark.parametrize(("what", "changes", "reason"), OUTCOMES, ids=[case[0] for case in OUTCOMES])
async def test_each_kind_of_bad_record_has_its_outcome_and_the_stream_goes_on(
    what: str,
    changes: dict[str, Any],
    reason: str | None,
    process: Any,
    start: Any,
    admin: asyncpg.Connection,
    kafka: str,
    topic: NewTopic,
    effects: None,
) -> None:
    of, name, good, later = process(kafka=kafka), await topic(1), fact(), fact()
    async with producing(kafka) as producer:
        await send(producer, name, good, 1)
        await send(producer, name, fact(), 1, **changes)
        await send(producer, name, later, 1)
    start(of, consumer.run(of, recording(name)))
    await eventually(lambda: applied_is(admin, {good.key: [1], later.key: [1]}))
    parked = await admin.fetch("select reason, value, headers from parked_record")
    assert [row["reason"] for row in parked] == ([reason] if reason else [])
    if "value" in changes and parked:
        assert parked[0]["value"] == changes["value"]


async def test_a_record_of_two_megabytes_is_applied_and_a_time_from_another_century_does_not_matter(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic, effects: None
) -> None:
    of, name, large, old, future = process(kafka=kafka), await topic(1), fact(), fact(), fact()
    await asyncio.to_thread(allow_large, kafka, name)
    padded = large.model_dump_json().encode()[:-1] + b',"unknown":"' + b"x" * 2_000_000 + b'"}'
    async with producing(kafka) as producer:
        await send(producer, name, large, 1, value=padded)
        await send(producer, name, old, 1, ce={"time": envelope(old, 1).time.replace(year=1917)})
        await send(producer, name, future, 1, ce={"time": envelope(old, 1).time.replace(year=9999)})
    start(of, consumer.run(of, recording(name)))
    await eventually(lambda: applied_is(admin, {large.key: [1], old.key: [1], future.key: [1]}))


def allow_large(bootstrap: str, topic: str) -> None:
    from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource

    entry = ConfigEntry("max.message.bytes", "4000000", incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=[entry])
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for answer in admin.incremental_alter_configs([resource]).values():
        answer.result(30)


PASSING = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    ConnectionResetError,
)


@pytest.mark.parametrize("fault", PASSING)
async def test_a_passing_fault_is_tried_again_and_nothing_is_put_aside(
    fault: type[Exception],
    process: Any,
    start: Any,
    admin: asyncpg.Connection,
    kafka: str,
    topic: NewTopic,
    effects: None,
) -> None:
    of, name, event = process(kafka=kafka), await topic(1), fact()
    attempts: list[int] = []
    subscriptions = OnTopics(name)

    @subscriptions.on(Kind)
    async def on_fact(event: Any, act: Act) -> None:
        attempts.append(1)
        await act.tx.execute("insert into effect (key, version) values ($1, 1)", event.key)
        if len(attempts) < 4:
            raise fault

    async with producing(kafka) as producer:
        await send(producer, name, event, 1)
    start(of, consumer.run(of, subscriptions))
    await eventually(lambda: applied_is(admin, {event.key: [1]}))
    assert len(attempts) == 4
    assert await count(admin, "parked_record") == 0


async def test_a_connection_cut_in_the_midst_of_a_batch_is_survived(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic, effects: None
) -> None:
    of, name = process(kafka=kafka), await topic(2)
    events, cut = [fact() for _ in range(50)], []
    subscriptions = OnTopics(name)

    @subscriptions.on(Kind)
    async def on_fact(event: Any, act: Act) -> None:
        assert act.cause is not None
        await act.tx.execute("insert into effect (key, version) values ($1, $2)", event.key, act.cause.sequence)
        if event.key == events[25].key and not cut:
            cut.append(1)
            await admin.execute("select pg_terminate_backend($1)", act.tx.get_server_pid())
            await act.tx.execute("select 1")

    async with producing(kafka) as producer:
        for event in events:
            await send(producer, name, event, 1)
    start(of, consumer.run(of, subscriptions))
    await eventually(lambda: applied_is(admin, {event.key: [1] for event in events}))
    assert cut
    assert await count(admin, "parked_record") == 0


async def test_members_that_come_and_go_under_load_apply_everything_once_and_in_order(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic, effects: None
) -> None:
    name, chance = await topic(6), random.Random(7)
    facts = [fact() for _ in range(40)]
    members = [process(kafka=kafka, consumer_batch=20) for _ in range(3)]
    group = members[0].service_name

    async def produce() -> None:
        async with producing(kafka) as producer:
            for version in range(1, 31):
                await asyncio.gather(*(send(producer, name, event, version) for event in facts))
                await asyncio.sleep(chance.random() * 0.05)

    loading = asyncio.create_task(produce())
    first = start(members[0], consumer.run(members[0], recording(name)))
    start(members[1], consumer.run(members[1], recording(name)))
    await eventually(lambda: admin.fetchval("select count(*) > 100 from effect"))
    start(members[2], consumer.run(members[2], recording(name)))
    await eventually(lambda: admin.fetchval("select count(*) > 400 from effect"), within=30)
    members[0].stopping.set()
    await first
    await loading
    await eventually(lambda: admin.fetchval("select count(*) >= 1200 from effect"), within=40)
    assert await applied(admin) == {event.key: list(range(1, 31)) for event in facts}
    assert await admin.fetchval("select count(distinct consumer) from consumer_position") == 1, group


async def test_a_consumer_starts_without_database_and_catches_up_when_it_comes(
    process: Any, start: Any, admin: asyncpg.Connection, sandbox: Any, kafka: str, topic: NewTopic, effects: None
) -> None:
    of, name, event = process(kafka=kafka), await topic(1), fact()
    await admin.execute(f"alter database {sandbox.name} connection limit 0")
    async with producing(kafka) as producer:
        await send(producer, name, event, 1)
    start(of, consumer.run(of, recording(name)))
    await eventually(lambda: "consumer" in of.reports and not of.reports["consumer"].ok)
    await admin.execute(f"alter database {sandbox.name} connection limit -1")
    await eventually(lambda: applied_is(admin, {event.key: [1]}))


async def test_a_batch_handler_gets_the_events_of_a_batch_in_order(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic, effects: None
) -> None:
    of, name, events = process(kafka=kafka), await topic(1), [fact() for _ in range(20)]
    subscriptions, sizes = OnTopics(name), []

    @subscriptions.on_batch(Kind)
    async def on_facts(facts: Any, act: Act) -> None:
        sizes.append(len(facts))
        rows = [(each.event.key, each.cause.sequence) for each in facts]
        await act.tx.executemany("insert into effect (key, version) values ($1, $2)", rows)

    async with producing(kafka) as producer:
        for version in (1, 2):
            for event in events:
                await send(producer, name, event, version)
    start(of, consumer.run(of, subscriptions))
    await eventually(lambda: applied_is(admin, {event.key: [1, 2] for event in events}))
    assert len(sizes) < 40
