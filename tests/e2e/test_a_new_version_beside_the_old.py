"""A breaking change: the second version of a fact beside the first, through outbox, relay, Kafka and two consumers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from schemas.catalogue import event_class
from schemas.envelope import Event
from services.chassis import consumer, outbox, relay
from services.chassis.act import Act
from services.chassis.decisions import Decision
from services.chassis.identity import Principal
from services.chassis.running import Running
from services.chassis.subscriptions import Subscriptions
from tests.conftest import NewDatabase, NewTopic
from tests.support.eventually import eventually
from tests.support.evolving import Lamp, LampLit, LampLitV2, catalogue_says, catalogued
from tests.support.messaging import running


@dataclass
class Reader:
    """A service that knows one version of the fact; `seen` are the lamps it was told of, in order."""

    knows: type[Event]
    seen: list[UUID] = field(default_factory=list)

    @property
    def subscriptions(self) -> Subscriptions:
        subscriptions = Subscriptions()

        @subscriptions.on(self.knows)
        async def on_lamp_lit(event: Any, act: Act) -> None:
            self.seen.append(event.lamp_id)

        return subscriptions


@asynccontextmanager
async def _at_work(process: Running, loop: Callable[[], Any]) -> AsyncIterator[Running]:
    task = asyncio.create_task(loop())
    try:
        yield process
    finally:
        process.stopping.set()
        await asyncio.wait_for(task, 60)
        await process.database.close()


@dataclass
class House:
    """A writer with its relay, and what reads it."""

    writer: Running
    old: Reader
    new: Reader
    topic: str
    old_at_work: AsyncExitStack = field(default_factory=AsyncExitStack)
    start_old: Callable[[], Awaitable[None]] = field(init=False)

    async def move_the_old_reader_to(self, version: type[Event]) -> None:
        """A release of the old reader: its line leaves the catalogue, its process starts again knowing another one."""
        await self.old_at_work.aclose()
        catalogue_says(self.topic, readers_of_v1=())
        self.old.knows = version
        await self.start_old()

    async def told(self) -> list[str]:
        """The types of everything that was told, oldest first."""
        async with self.writer.database.read() as tx:
            return [row["type"] for row in await tx.fetch("select headers->>'ce_type' as type from outbox order by id")]

    async def tell(self, decision: Decision[Lamp]) -> UUID:
        async with self.writer.database.transaction() as tx:
            act = Act(
                tx=tx,
                now=datetime.now(UTC),
                by=Principal(subject="test"),
                settings=self.writer.settings,
                correlation_id=str(uuid4()),
            )
            await outbox.append(tx, decision, act)
        outbox.wake(self.writer.database)
        return decision.state.id


@pytest.fixture
async def house(service_database: NewDatabase, topic: NewTopic, kafka: str) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        name = await topic(2)
        stack.enter_context(catalogued(name))
        old, new = Reader(LampLit), Reader(LampLitV2)
        writer = running((await service_database("meetings")).url, kafka, f"writer-{uuid4()}")
        await stack.enter_async_context(_at_work(writer, lambda: relay.run(writer)))
        made = House(writer, old, new, name)
        stack.push_async_callback(lambda: made.old_at_work.aclose())
        url, group = (await service_database("notifications")).url, f"notifications-{uuid4()}"

        async def start_old() -> None:
            process = running(url, kafka, group)
            await made.old_at_work.enter_async_context(
                _at_work(process, lambda: consumer.run(process, old.subscriptions))
            )

        made.start_old = start_old
        await start_old()
        process = running((await service_database("reporting")).url, kafka, f"reporting-{uuid4()}")
        await stack.enter_async_context(_at_work(process, lambda: consumer.run(process, new.subscriptions)))
        yield made


async def test_while_both_are_told_each_reader_hears_of_every_lamp_once(house: House) -> None:
    lamps = [await house.tell(Lamp(id=uuid4()).light_told_twice()) for _ in range(5)]
    await eventually(lambda: len(house.old.seen) >= 5 and len(house.new.seen) >= 5, within=30)
    assert sorted(house.old.seen) == sorted(house.new.seen) == sorted(lamps)


async def test_once_the_old_one_is_retired_its_last_reader_hears_nothing_and_goes_on(house: House) -> None:
    lamp = Lamp(id=uuid4())
    await house.tell(lamp.light_told_twice())
    retired = await house.tell(Lamp(id=uuid4()).light())
    again = Lamp(id=lamp.id, version=2).light()
    await house.tell(again)
    last = await house.tell(Lamp(id=uuid4()).light_told_twice())
    await eventually(lambda: last in house.old.seen and len(house.new.seen) == 4, within=30)
    assert sorted(house.old.seen) == sorted([lamp.id, last])
    assert sorted(house.new.seen) == sorted([lamp.id, retired, lamp.id, last])


async def test_v1_is_retired_once_the_catalogue_names_no_reader_of_it(house: House) -> None:
    """Both are told; the old reader moves to V2; V1 is told no more, and what is on the topic is read for good."""
    first = await house.tell(Lamp(id=uuid4()).light_for_its_readers())
    await eventually(lambda: first in house.old.seen and first in house.new.seen, within=30)

    await house.move_the_old_reader_to(LampLitV2)
    second = await house.tell(Lamp(id=uuid4()).light_for_its_readers())
    await eventually(lambda: second in house.old.seen and second in house.new.seen, within=60)
    assert (house.old.seen, house.new.seen) == ([first, second], [first, second])
    assert await house.told() == [LampLit.ce_type(), LampLitV2.ce_type(), LampLitV2.ce_type()]

    golden = {"lamp_id": str(first), "room": "2.14"}
    kept = event_class(LampLit.ce_type())
    assert kept is not None
    assert kept.model_validate(golden).model_dump(mode="json") == golden


def test_the_two_versions_have_names_of_their_own() -> None:
    assert LampLit.ce_type() == "cispd.evolving.LampLit.v1"
    assert LampLitV2.ce_type() == "cispd.evolving.LampLit.v2"
