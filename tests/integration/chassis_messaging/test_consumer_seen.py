"""What a consumer knows of keys costs the same however many it has seen."""

from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from services.chassis.consumer.seen import PARKED, REMEMBER
from services.chassis.parking.store import PARK

SEEN = "insert into consumer_seen select 'c', 't', n::text::bytea, 1 from generate_series(1, 20000) as n"
ASIDE = """
insert into parked_record (consumer, topic, partition, "offset", key, event_id, reason, detail, headers, recorded_at,
    parked_at, attempted_at)
select 'c', 't', 0, n, n::text::bytea, n, 'Untried', '', '[]', now(), now(), now() from generate_series(1, 20000) as n
"""
KEYS = [str(number).encode() for number in range(1, 501)]
NUMBERS, TEXTS, NOW = list(range(500)), [str(number) for number in range(500)], datetime(2017, 1, 20, tzinfo=UTC)
BEHIND = (
    *(["t"] * 500, [0] * 500, NUMBERS, KEYS, TEXTS, TEXTS, NUMBERS, ["BehindParked"] * 500, TEXTS, TEXTS, KEYS),
    *(["[]"] * 500, [NOW] * 500, NOW, [True] * 500),
)


@pytest.mark.parametrize(
    ("statement", "given", "indices"),
    [
        (REMEMBER, (["t"] * 500, KEYS, [2] * 500), ["consumer_seen_pkey"]),
        (PARKED, (["t"] * 500, KEYS), ["parked_record_by_key"]),
        (PARK, BEHIND, ["consumer_seen_pkey", "parked_record_by_event"]),
    ],
    ids=["remember", "parked", "park"],
)
async def test_keys_are_looked_up_in_the_index_and_never_by_reading_all_of_them(
    admin: asyncpg.Connection, statement: str, given: tuple[Any, ...], indices: list[str]
) -> None:
    await admin.execute(SEEN)
    await admin.execute(ASIDE)
    await admin.execute("analyze consumer_seen, parked_record")
    plan: list[Any] = await admin.fetch(f"explain {statement}", "c", *given)
    lines = "\n".join(row[0] for row in plan)
    assert [index for index in indices if index in lines] == indices
    assert "Seq Scan" not in lines


async def test_a_batch_that_notes_every_key_again_writes_to_no_index(admin: asyncpg.Connection) -> None:
    topics = ["t"] * len(KEYS)
    await admin.execute(REMEMBER, "c", topics, KEYS, [1] * len(KEYS))
    async with admin.transaction():
        await admin.execute(REMEMBER, "c", topics, KEYS, [2] * len(KEYS))
        written: Any = await admin.fetchrow(WRITTEN)
    assert tuple(written) == (len(KEYS), len(KEYS))


WRITTEN = """
select pg_stat_get_xact_tuples_updated(seen), pg_stat_get_xact_tuples_hot_updated(seen)
from (select 'consumer_seen'::regclass as seen)
"""
