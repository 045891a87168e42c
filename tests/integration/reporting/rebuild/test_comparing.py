"""Of which keys a rebuild knows less than the live consumer, and which of these are stopped by a record put aside."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from services.chassis.rebuild.comparing import keys_behind
from services.chassis.rebuild.inheriting import SEEN
from tests.conftest import NewDatabase

LIVE, MINE, TOPIC = "reporting", "reporting.rebuild.meetings", "t"
PARK = """
insert into parked_record (consumer, topic, partition, "offset", key, reason, detail, headers, recorded_at, parked_at,
    attempted_at, state, settled_at, settled_by, settled_why)
values ($1, $2, 0, (select count(*) from parked_record), $3, 'a reason', '', '[]', now(), now(), now(), $4,
    case when $4 = 'parked' then null else now() end, case when $4 = 'parked' then null else 'x' end,
    case when $4 = 'parked' then null else 'a reason' end)
"""


@pytest.fixture
async def tx(service_database: NewDatabase) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect((await service_database("reporting")).owner_url)
    yield connection
    await connection.close()


async def seen(tx: asyncpg.Connection, key: bytes, *, live: int | None, mine: int | None, topic: str = TOPIC) -> None:
    for consumer, sequence in ((LIVE, live), (MINE, mine)):
        if sequence is not None:
            await tx.execute("insert into consumer_seen values ($1, $2, $3, $4)", consumer, topic, key, sequence)


async def behind(tx: asyncpg.Connection) -> tuple[int, int]:
    return await keys_behind(tx, LIVE, MINE, TOPIC)


async def test_a_key_known_alike_or_better_is_not_behind(tx: asyncpg.Connection) -> None:
    await seen(tx, b"alike", live=3, mine=3)
    await seen(tx, b"newer", live=3, mine=4)
    await seen(tx, b"only here", live=None, mine=1)
    assert await behind(tx) == (0, 0)


async def test_a_key_never_seen_here_and_one_seen_in_an_older_version_are_behind(tx: asyncpg.Connection) -> None:
    await seen(tx, b"missing", live=1, mine=None)
    await seen(tx, b"older", live=3, mine=2)
    assert await behind(tx) == (2, 0)


async def test_only_this_topic_and_these_two_consumers_count(tx: asyncpg.Connection) -> None:
    await seen(tx, b"elsewhere", live=5, mine=1, topic="another")
    await tx.execute("insert into consumer_seen values ('another', $1, 'key', 9)", TOPIC)
    assert await behind(tx) == (0, 0)


async def test_a_key_behind_a_record_put_aside_by_the_rebuild_is_told_apart(tx: asyncpg.Connection) -> None:
    for key in (b"parked", b"parked live", b"parked elsewhere", b"applied"):
        await seen(tx, key, live=2, mine=1)
    await seen(tx, b"parked and alike", live=2, mine=2)
    for consumer, topic, key, state in (
        (MINE, TOPIC, b"parked", "parked"),
        (MINE, TOPIC, b"parked", "parked"),
        (MINE, TOPIC, b"parked and alike", "parked"),
        (LIVE, TOPIC, b"parked live", "parked"),
        (MINE, "another", b"parked elsewhere", "parked"),
        (MINE, TOPIC, b"applied", "applied"),
    ):
        await tx.execute(PARK, consumer, topic, key, state)
    assert await behind(tx) == (4, 1)


async def test_the_live_consumer_inherits_the_newer_version_of_each_key(tx: asyncpg.Connection) -> None:
    await seen(tx, b"alike", live=3, mine=3)
    await seen(tx, b"newer", live=3, mine=4)
    await seen(tx, b"older", live=3, mine=2)
    await seen(tx, b"only here", live=None, mine=1)
    await seen(tx, b"only live", live=7, mine=None)
    assert await tx.execute(SEEN, LIVE, MINE, TOPIC) == "INSERT 0 2"
    rows = await tx.fetch("select key, sequence from consumer_seen where consumer = $1", LIVE)
    assert dict(map(tuple, rows)) == {b"alike": 3, b"newer": 4, b"older": 3, b"only here": 1, b"only live": 7}
