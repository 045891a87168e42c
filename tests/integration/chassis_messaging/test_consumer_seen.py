"""What a consumer knows of keys costs the same however many it has seen."""

from typing import Any

import asyncpg

from services.chassis.consumer.seen import LOOK

SEEN = "insert into consumer_seen select 'c', 't', n::text::bytea, 1 from generate_series(1, 20000) as n"


async def test_keys_are_looked_up_in_the_index_and_never_by_reading_all_of_them(admin: asyncpg.Connection) -> None:
    await admin.execute(SEEN)
    await admin.execute("analyze consumer_seen")
    keys = [str(number).encode() for number in range(1, 501)]
    plan: list[Any] = await admin.fetch(f"explain {LOOK}", "c", ["t"] * 500, keys)
    lines = "\n".join(row[0] for row in plan)
    assert "consumer_seen_pkey" in lines
    assert "Seq Scan" not in lines
