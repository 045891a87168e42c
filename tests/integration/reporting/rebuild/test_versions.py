"""Versions of keys that are copied in: what is remembered and answered is what the live consumer remembers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from uuid import uuid5

import asyncpg
import pytest

from schemas.events.meetings import MeetingScheduled
from services.chassis import topic_reader
from services.chassis.consumer.decoding import Incoming
from services.chassis.consumer.seen import remember
from services.chassis.projections import Projection
from services.chassis.rebuild.versions import Versions
from tests.conftest import NewDatabase
from tests.integration.reporting.rebuild.conftest import Live
from tests.integration.reporting.rebuild.steps import as_expected, caught_up, contents, nothing_is_left
from tests.support.eventually import eventually
from tests.support.messaging import envelope, fact, producing, record
from tests.support.rebuilding import SPACE, Anew, life, publish

LIVE, MINE, TOPIC = "reporting", "reporting.rebuild.meetings", "t"


@pytest.fixture
async def tx(service_database: NewDatabase) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect((await service_database("reporting")).owner_url)
    yield connection
    await connection.close()


def incoming(number: int, sequence: int) -> Incoming:
    event = fact(MeetingScheduled, uuid5(SPACE, str(number)))
    made = record(event, sequence, topic=TOPIC)
    return Incoming(made, (TOPIC, made.key), envelope(event, sequence), event)


async def stored(tx: asyncpg.Connection, consumer: str) -> list[tuple[bytes, int]]:
    rows = await tx.fetch("select key, sequence from consumer_seen where consumer = $1 order by key", consumer)
    return [tuple(row) for row in rows]


BATCHES: Mapping[str, Sequence[Sequence[tuple[int, int]]]] = {
    "only keys never seen": [[(1, 1), (2, 1)], [(3, 1)]],
    "whole lives": [[(1, 1), (1, 2), (2, 1), (1, 3)], [(2, 2), (3, 1), (3, 2)]],
    "keys of which the first version is missing": [[(1, 4), (2, 1)], [(1, 5), (3, 2)]],
    "a first version that comes again": [[(1, 1), (2, 1)], [(2, 1), (3, 1)]],
    "a first version that comes again with a newer one": [[(1, 1), (1, 2)], [(1, 1), (1, 3), (2, 1)]],
    "everything again": [[(1, 1), (1, 2), (2, 1)], [(1, 1), (1, 2), (2, 1)]],
}


@pytest.mark.parametrize("batches", BATCHES.values(), ids=BATCHES)
async def test_it_is_remembered_and_answered_as_by_the_live_consumer(
    tx: asyncpg.Connection, batches: Sequence[Sequence[tuple[int, int]]]
) -> None:
    for versions in batches:
        batch = [incoming(number, sequence) for number, sequence in versions]
        newest = {each.key: each.envelope.sequence for each in batch if each.key and each.envelope}
        async with tx.transaction():
            known = await Versions.of(batch).remember(tx, MINE, newest)
            assert known == await remember(tx, LIVE, newest)
    assert await stored(tx, MINE) == await stored(tx, LIVE)


async def test_keys_never_seen_are_copied_in(tx: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    async def looked_up(*_: object) -> None:
        raise AssertionError("looked up")

    monkeypatch.setattr("services.chassis.rebuild.versions.remember", looked_up)
    batch = [incoming(1, 1), incoming(2, 1), incoming(1, 2)]
    newest = {each.key: each.envelope.sequence for each in batch if each.key and each.envelope}
    assert await Versions.of(batch).remember(tx, MINE, newest) == dict.fromkeys(newest, 0)
    assert [sequence for _, sequence in await stored(tx, MINE)] in ([1, 2], [2, 1])


async def test_a_version_too_large_to_be_stored_fails_as_with_the_live_consumer(tx: asyncpg.Connection) -> None:
    batch = [incoming(1, 1), incoming(1, 2**63)]
    newest = {each.key: each.envelope.sequence for each in batch if each.key and each.envelope}
    with pytest.raises(asyncpg.DataError) as live:
        await remember(tx, LIVE, newest)
    with pytest.raises(asyncpg.DataError) as rebuilt:
        await Versions.of(batch).remember(tx, MINE, newest)
    assert str(rebuilt.value) == str(live.value)


async def test_records_that_are_in_the_topic_again_change_nothing(
    kafka: str,
    owner: asyncpg.Connection,
    projection: Projection,
    live: Live,
    anew: Anew,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(topic_reader, "BATCH", 5)
    live()
    async with producing(kafka) as producer:
        for number in (*range(12), *range(0, 12, 2), *range(12, 20)):
            await publish(producer, projection.topic, life(number))
    await eventually(lambda: caught_up(owner, 26 * 6))
    before, seen = await contents(owner), await stored(owner, LIVE)
    assert not (await anew.run()).differs
    assert await contents(owner) == before
    assert await as_expected(owner, range(20))
    assert await stored(owner, LIVE) == seen
    assert await owner.fetchval("select count(*) from parked_record") == 0
    assert await nothing_is_left(owner)
