"""What a consumer knows of keys: the newest version it has dealt with, and whether a record of the key is put aside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.chassis.consumer.decoding import Incoming, Key
from services.chassis.database import Connection

# A look into the index for each key: as a join it is planned as a scan of all keys ever seen.
LOOK = """
select wanted.place, (
    select sequence from consumer_seen as seen
    where seen.consumer = $1 and seen.topic = wanted.topic and seen.key = wanted.key) as sequence, exists (
    select from parked_record as parked where parked.consumer = $1 and parked.topic = wanted.topic
        and parked.key = wanted.key and parked.state = 'parked') as parked
from unnest($2::text[], $3::bytea[]) with ordinality as wanted (topic, key, place)
"""

REMEMBER = """
insert into consumer_seen (consumer, topic, key, sequence)
select $1, now_seen.* from unnest($2::text[], $3::bytea[], $4::bigint[]) as now_seen
on conflict (consumer, topic, key) do update set sequence = excluded.sequence
where consumer_seen.sequence < excluded.sequence
"""


@dataclass(frozen=True)
class Known:
    """`sequences` by key as far as known; `parked` are the keys with a record put aside."""

    sequences: dict[Key, int]
    parked: set[Key]


async def look_up(tx: Connection, consumer: str, keys: Iterable[Key]) -> Known:
    """What is known of `keys`. Read it after the position was moved: the move waits for whoever mends these keys."""
    places = sorted(set(keys))
    if not places:
        return Known({}, set())
    rows = await tx.fetch(LOOK, consumer, [topic for topic, _ in places], [key for _, key in places])
    return Known(
        {places[row["place"] - 1]: row["sequence"] for row in rows if row["sequence"] is not None},
        {places[row["place"] - 1] for row in rows if row["parked"]},
    )


async def remember(tx: Connection, consumer: str, applied: Iterable[Incoming]) -> None:
    """Notes the versions of what was applied."""
    newest: dict[Key, int] = {}
    for incoming in applied:
        assert incoming.key is not None
        assert incoming.envelope is not None
        newest[incoming.key] = max(newest.get(incoming.key, 0), incoming.envelope.sequence)
    places = sorted(newest)
    if places:
        topics, keys = [topic for topic, _ in places], [key for _, key in places]
        await tx.execute(REMEMBER, consumer, topics, keys, [newest[place] for place in places])
