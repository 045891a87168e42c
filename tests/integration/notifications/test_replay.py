"""Facts of the past handed over again: what was told is not told twice, what was missed is made good."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.envelope import Event
from schemas.events.meetings import MeetingConvened
from services.chassis import consumer
from services.chassis.replay.replaying import Replayed, Replaying
from services.chassis.replay.selecting import CannotReplay, Range
from services.chassis.running import Running
from services.notifications.subscriptions import subscriptions
from tests.integration.notifications.office import AGGLO, CALAIS, PARQUET, Office, address, convened, moved
from tests.support.eventually import eventually
from tests.support.messaging import OnTopics, producing, send

SCHEDULED = "cispd.deliveries.DeliveryScheduled.v1"
Consume = Callable[..., Awaitable[None]]
STAMPED = datetime.fromtimestamp(1_484_900_000, UTC)


@pytest.fixture
async def name(topic: Callable[..., Awaitable[str]], office: Office, kafka: str) -> str:
    settings = office.api.running.settings.model_copy(update={"kafka_bootstrap_servers": kafka})
    office.api.running.settings = settings
    return await topic(2)


@pytest.fixture
def consume(office: Office, name: str) -> Consume:
    """`await consume(3)`: the service's consumer has dealt with three records; `without` an event it skips."""

    async def until(records: int, *, without: type[Event] | None = None) -> None:
        running, stopping = office.api.running, asyncio.Event()
        process = Running(
            service_name="notifications",
            database=running.database,
            settings=running.settings,
            clock=running.clock,
            stopping=stopping,
        )
        task = asyncio.ensure_future(consumer.run(process, known(name, without)))
        await eventually(lambda: dealt_with(office, records))
        stopping.set()
        await asyncio.wait_for(task, 60)

    return until


def known(name: str, without: type[Event] | None = None) -> OnTopics:
    """What the service does with events, read from a topic of the test."""
    made = OnTopics(name)
    made.include(subscriptions)
    made.handlers.pop(without, None)  # type: ignore[arg-type]
    return made


async def dealt_with(office: Office, records: int) -> bool:
    (row,) = await office.api.rows("select coalesce(sum(position), 0)::int as at from consumer_position")
    assert row["at"] == records
    return True


async def publish(office: Office, name: str, events: Sequence[Event]) -> None:
    async with producing(office.api.running.settings.kafka_bootstrap_servers) as producer:
        for version, event in enumerate(events, start=1):
            await send(producer, name, event, version, ce={"time": office.now})


async def replay(office: Office, name: str, *, dry: bool = False, **wanted: Any) -> Replayed:
    work = Replaying(office.api.running, known(name), projects=False, dry=dry)
    return await work.replay(Range(topic=name, **wanted))


async def state(office: Office) -> list[Any]:
    tables = ("delivery", "meeting", "outbox", "consumer_position", "consumer_seen", "parked_record")
    return [await office.api.rows(f"select * from {table} order by 1, 2") for table in tables]


async def test_what_was_told_is_not_told_again(office: Office, name: str, consume: Consume) -> None:
    first = convened(office, PARQUET, CALAIS)
    await publish(office, name, [first, moved(first)])
    await consume(2)
    await office.deliver()
    before, taken = await state(office), len(office.mailroom.taken)
    found = await replay(office, name, key=first.key)
    await office.deliver()
    assert (found.in_range, found.applied, found.new) == (2, 2, 0)
    assert await state(office) == before
    assert len(office.mailroom.taken) == taken > 0


async def test_what_was_missed_is_told_once_however_often_it_is_replayed(
    office: Office, name: str, consume: Consume
) -> None:
    first = convened(office, PARQUET)
    await publish(office, name, [first])
    await consume(1, without=MeetingConvened)
    assert office.mailroom.taken == []
    span = {"since": STAMPED - timedelta(days=4_000), "until": STAMPED + timedelta(days=40_000)}
    rehearsed = await replay(office, name, dry=True, **span)
    assert (rehearsed.applied, rehearsed.new > 0) == (1, True)
    assert SCHEDULED not in await office.api.appended()
    done = await replay(office, name, **span)
    assert (done.applied, done.new) == (rehearsed.applied, rehearsed.new)
    await office.deliver()
    assert len(office.mailroom.to(address(PARQUET))) == 1
    again = await replay(office, name, **span)
    await office.deliver()
    assert (again.applied, again.new) == (1, 0)
    assert len(office.mailroom.to(address(PARQUET))) == 1
    lines = await office.api.rows("select verb, by, outcome from operation order by id")
    assert [line["verb"] for line in lines] == ["replay", "replay"]
    assert all(line["by"].startswith("command line") for line in lines)
    assert f"{done.new} new facts" in lines[0]["outcome"]


async def test_an_old_fact_does_not_have_the_last_word(office: Office, name: str, consume: Consume) -> None:
    first = convened(office, AGGLO)
    later = moved(first)
    await publish(office, name, [first, later])
    await consume(2)
    (place,) = await office.api.rows("select partition from consumer_position where position > 0")
    found = await replay(office, name, partition=place["partition"], first=0, last=0)
    assert (found.in_range, found.later, found.applied) == (1, 1, 2)
    (meeting,) = await office.api.rows("select starts_at from meeting")
    assert meeting["starts_at"] == later.starts_at


async def test_a_key_with_a_parked_record_waits_for_it(office: Office, name: str, consume: Consume) -> None:
    first = convened(office, AGGLO)
    async with producing(office.api.running.settings.kafka_bootstrap_servers) as producer:
        await send(producer, name, first, 1, ce={"time": office.now})
        await send(producer, name, moved(first), 2, value=b"{}")
    await consume(2)
    before = await state(office)
    found = await replay(office, name, key=first.key)
    assert (found.applied, dict(found.stopped)) == (0, {"a record of it is parked: mend that one first": 1})
    assert await state(office) == before


async def test_a_record_that_cannot_be_read_leaves_its_key_as_it_was(
    office: Office, name: str, consume: Consume
) -> None:
    first = convened(office, AGGLO)
    async with producing(office.api.running.settings.kafka_bootstrap_servers) as producer:
        await send(producer, name, first, 1, value=b"{}")
    await consume(1, without=MeetingConvened)
    found = await replay(office, name, key=first.key)
    assert found.applied == 0
    assert [reason.split(",")[0] for reason in found.stopped] == ["ModelRejected"]


async def test_what_the_consumer_has_not_reached_comes_by_itself(office: Office, name: str, consume: Consume) -> None:
    first = convened(office, AGGLO)
    await publish(office, name, [first])
    await consume(1)
    await publish(office, name, [convened(office, PARQUET)])
    found = await replay(
        office, name, since=STAMPED - timedelta(days=4_000), until=STAMPED + timedelta(days=40_000), dry=True
    )
    assert found.in_range == 1


@pytest.mark.parametrize(
    "wanted",
    [{}, {"partition": 0}, {"partition": 0, "first": 1}, {"since": STAMPED}, {"key": "x", "partition": 0}],
)
async def test_a_replay_without_bounds_is_refused(office: Office, name: str, wanted: dict[str, Any]) -> None:
    with pytest.raises(CannotReplay, match="say which records"):
        await replay(office, name, **wanted)


async def test_a_projection_takes_up_whole_keys_only(office: Office, name: str) -> None:
    work = Replaying(office.api.running, known(name), projects=True, dry=True)
    with pytest.raises(CannotReplay, match="rebuild"):
        await work.replay(Range(topic=name, partition=0, first=0, last=5))
