"""What the harness reads back is whole whatever comes while it reads: its own races would look like the platform's."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from tests.resilience import evidence
from tests.resilience.evidence import Wire
from tests.resilience.journal import Asked, Journal, is_free
from tests.resilience.recovery import paused
from tests.resilience.settings import Settings
from tests.resilience.system import System
from tests.support.eventually import eventually
from tests.support.messaging import envelope, fact


class LateRecord(AIOKafkaConsumer):
    """A client to which `come` happens between the answer about the ends and the first reading."""

    come: Callable[[], Coroutine[Any, Any, None]]

    async def end_offsets(self, partitions: Any) -> Any:
        ends = await super().end_offsets(partitions)
        await self.come()
        return ends


async def test_a_record_that_comes_while_a_topic_is_read_is_no_loss(
    kafka: str, topic: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = await topic(1)
    wire = Wire(kafka, [TopicPartition(name, 0)])
    await _publish(kafka, name, 1)
    assert [record.sequence for record in await wire.read()] == [1]
    monkeypatch.setattr(LateRecord, "come", lambda self: _publish(kafka, name, 2), raising=False)
    with monkeypatch.context() as while_reading:
        while_reading.setattr(evidence, "AIOKafkaConsumer", LateRecord)
        await wire.read()
    assert [record.sequence for record in await wire.read()] == [1, 2]


async def test_the_load_is_paused_once_whoever_looked_before_has_noted_what_he_asks(tmp_path: Path) -> None:
    system, journal = System(tmp_path, Settings()), Journal(tmp_path / "journal-1.jsonl")
    asked = Asked(uuid4(), "deposit", uuid4(), 1, "")
    with journal.held():
        pausing = asyncio.ensure_future(paused(system))
        await eventually(system.pause_file.exists)
        assert not pausing.done()
        journal.asks(asked)
    await pausing
    assert system.story.open == {asked.command_id: asked}
    assert is_free(journal.path)


async def _publish(bootstrap: str, topic: str, sequence: int) -> None:
    event = fact()
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    await producer.start()
    try:
        headers = envelope(event, sequence).to_headers()
        await producer.send_and_wait(topic, orjson.dumps({}), key=event.key.encode(), headers=headers)
    finally:
        await producer.stop()
