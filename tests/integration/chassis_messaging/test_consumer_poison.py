"""A bad record is found in few steps, inside the full runtime, and its key waits while the others flow."""

import math
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import pytest
from prometheus_client import REGISTRY

from services.chassis import consumer
from services.chassis.act import Act
from services.chassis.consumer import batches
from services.chassis.subscriptions import Fact
from tests.support.effects import Kind, applied_is
from tests.support.eventually import eventually
from tests.support.messaging import OnTopics, fact, producing, send

NewTopic = Callable[..., Awaitable[str]]
INSERT = "insert into effect (key, version) select * from unnest($1::text[], $2::bigint[])"


def counting(name: str, bad: set[str], calls: list[int]) -> OnTopics:
    """Writes a batch in one statement; the second version of a bad key makes it fail."""
    subscriptions = OnTopics(name)

    @subscriptions.on_batch(Kind)
    async def on_facts(facts: Sequence[Fact[Any]], act: Act) -> None:
        calls.append(len(facts))
        await act.tx.execute(INSERT, [each.event.key for each in facts], [each.cause.sequence for each in facts])
        if any(each.event.key in bad and each.cause.sequence == 2 for each in facts):
            raise ValueError("poison")

    return subscriptions


@pytest.mark.parametrize("piece", [500, 40], ids=["one piece", "a key's records in several pieces"])
async def test_bad_records_are_found_by_halving_and_only_their_keys_wait(
    piece: int,
    process: Any,
    start: Any,
    admin: asyncpg.Connection,
    kafka: str,
    topic: NewTopic,
    effects: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batches, "FIRST_PIECE", piece)
    monkeypatch.setattr(batches, "PIECE", piece)
    of, name, calls = process(kafka=kafka), await topic(1), []
    facts = [fact() for _ in range(100)]
    bad = {facts[17].key, facts[63].key}
    async with producing(kafka) as producer:
        for version in (1, 2, 3):
            for event in facts:
                await send(producer, name, event, version)
    before = REGISTRY.get_sample_value("cispd_consumer_batch_records_count") or 0
    start(of, consumer.run(of, counting(name, bad, calls)))
    whole = {event.key: [1] if event.key in bad else [1, 2, 3] for event in facts}
    await eventually(lambda: applied_is(admin, whole), within=30)
    rows = await admin.fetch("select sequence, reason from parked_record order by key, id")
    assert [tuple(row) for row in rows] == [(2, "HandlerFailed"), (3, "BehindParked")] * 2
    transactions = (REGISTRY.get_sample_value("cispd_consumer_batch_records_count") or 0) - before
    # Each piece at once, and once more after the transaction in which one failed was undone.
    pieces = transactions + 300 / piece
    assert len(calls) <= 2 * pieces + len(bad) * (2 * math.log2(300) + 1)
