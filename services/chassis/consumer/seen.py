"""What a consumer knows of keys: the newest version it has dealt with, and whether a record of the key is put aside."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TypeAlias

from services.chassis.consumer.decoding import Key
from services.chassis.database import Connection

Remember: TypeAlias = Callable[[Connection, str, Mapping[Key, int]], Awaitable[dict[Key, int]]]

# Notes the newest version and tells the one before in one go. Of a key that is as new already nothing is returned.
REMEMBER = """
insert into consumer_seen as seen (consumer, topic, key, sequence)
select $1, now_seen.* from unnest($2::text[], $3::bytea[], $4::bigint[]) as now_seen
on conflict (consumer, topic, key) do update set sequence = excluded.sequence
where seen.sequence < excluded.sequence
returning topic, key, old.sequence
"""

ANY_PARKED = "select exists (select from parked_record where consumer = $1 and state = 'parked')"

# A look into the index for each key: as a join it is planned as a scan of everything parked.
PARKED = """
select wanted.topic, wanted.key from unnest($2::text[], $3::bytea[]) as wanted (topic, key) where exists (
    select from parked_record as parked where parked.consumer = $1 and parked.topic = wanted.topic
        and parked.key = wanted.key and parked.state = 'parked' offset 0)
"""


async def parked_among(tx: Connection, consumer: str, keys: Iterable[Key]) -> set[Key]:
    """Those of `keys` with a record put aside.

    Read it after the position was moved: the move waits for whoever mends these keys.
    """
    if not await tx.fetchval(ANY_PARKED, consumer):
        return set()
    places = set(keys)
    rows = await tx.fetch(PARKED, consumer, [topic for topic, _ in places], [key for _, key in places])
    return {(row["topic"], row["key"]) for row in rows}


async def remember(tx: Connection, consumer: str, newest: Mapping[Key, int]) -> dict[Key, int]:
    """Notes the newest version of each key. What is returned tells older versions from new ones: the version known
    before, 0 for a key never seen, and for a key that was as new already the version given.
    """
    places = sorted(newest)
    topics, keys = [topic for topic, _ in places], [key for _, key in places]
    rows = await tx.fetch(REMEMBER, consumer, topics, keys, [newest[place] for place in places])
    return {**newest, **{(topic, key): before or 0 for topic, key, before in rows}}
