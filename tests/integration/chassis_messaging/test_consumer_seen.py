"""What a consumer knows of keys costs the same however many it has seen."""

from typing import Any

import asyncpg
import pytest

from services.chassis.consumer.seen import PARKED, REMEMBER

SEEN = "insert into consumer_seen select 'c', 't', n::text::bytea, 1 from generate_series(1, 20000) as n"
ASIDE = """
insert into parked_record (consumer, topic, partition, "offset", key, reason, detail, headers, recorded_at, parked_at,
    attempted_at)
select 'c', 't', 0, n, n::text::bytea, 'Untried', '', '[]', now(), now(), now() from generate_series(1, 20000) as n
"""
KEYS = [str(number).encode() for number in range(1, 501)]


@pytest.mark.parametrize(
    ("statement", "given", "index"),
    [
        (REMEMBER, (["t"] * 500, KEYS, [2] * 500), "consumer_seen_pkey"),
        (PARKED, (["t"] * 500, KEYS), "parked_record_by_key"),
    ],
    ids=["remember", "parked"],
)
async def test_keys_are_looked_up_in_the_index_and_never_by_reading_all_of_them(
    admin: asyncpg.Connection, statement: str, given: tuple[Any, ...], index: str
) -> None:
    await admin.execute(SEEN)
    await admin.execute(ASIDE)
    await admin.execute("analyze consumer_seen, parked_record")
    plan: list[Any] = await admin.fetch(f"explain {statement}", "c", *given)
    lines = "\n".join(row[0] for row in plan)
    assert index in lines
    assert "Seq Scan" not in lines
