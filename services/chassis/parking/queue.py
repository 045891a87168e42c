"""The queues of one consumer's parked records in one transaction: what is first of each key, and what became of it.

A record that stops its key has a reason of its own; every later one of the key has BEHIND's until it is first in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.chassis.database import Connection
from services.chassis.faults_told import Fault
from services.chassis.parking.store import BEHIND, UNTRIED

# The position's row lock: the consumer moves it first in each batch, so neither works on a key while the other does.
LOCK = "select true from consumer_position where consumer = $1 and topic = $2 and partition = $3 for update"

# A partition that was never read has no position, which is as good as 0.
BEGIN = """
insert into consumer_position (consumer, topic, partition, position, owner) values ($1, $2, $3, 0, gen_random_uuid())
on conflict do nothing
"""

FIRST = """
select parked.* from unnest($3::bytea[]) as wanted (key) cross join lateral (
    select * from parked_record where consumer = $1 and topic = $2 and key = wanted.key and state = 'parked'
    order by "offset" limit $5) as parked
union all select * from parked_record where id = any($4) and state = 'parked' order by "offset"
"""

WAITING = """
select count(*) from parked_record
where consumer = $1 and topic = $2 and state = 'parked' and (key = any($3) or id = any($4))
"""

SETTLE = """
update parked_record set state = $2, settled_at = $3, settled_by = $4, settled_why = settled.why,
    attempts = attempts + case $2 when 'applied' then 1 else 0 end, attempted_at = $3
from unnest($1::bigint[], $5::text[]) as settled (parked_id, why) where id = settled.parked_id and state = 'parked'
"""

FAILED = """
update parked_record set attempts = attempts + 1, attempted_at = $2, reason = $3, detail = $4, stack = $5,
    first_reason = coalesce(first_reason, reason), first_detail = coalesce(first_detail, detail)
where id = $1
"""

PROMOTE = """
update parked_record set reason = $4, detail = $5
from unnest($3::bytea[]) as wanted (key) cross join lateral (
    select waiting.id from parked_record as waiting where waiting.consumer = $1 and waiting.topic = $2
        and waiting.key = wanted.key and waiting.state = 'parked' order by waiting."offset" limit 1) as first
where parked_record.id = first.id and parked_record.reason = $6
"""

TRIED = """
insert into parked_try (parked_id, at, by, outcome, reason, detail)
select parked_id, $1, $2, outcome, reason, detail
from unnest($3::bigint[], $4::text[], $5::text[], $6::text[]) as tried (parked_id, outcome, reason, detail)
"""


EARLIER = """
exists (select from parked_record as earlier where earlier.consumer = parked.consumer and earlier.topic = parked.topic
    and earlier.key = parked.key and earlier.state = 'parked' and earlier."offset" < parked."offset")
"""

BEHIND_ANOTHER = f"""
update parked_record as parked set reason = $3, detail = $4
where consumer = $1 and topic = $2 and state = 'parked' and reason <> $3 and {EARLIER}
"""  # noqa: S608 - put together from constants

FIRST_NOW = f"""
update parked_record as parked set reason = $4, detail = $5
where consumer = $1 and topic = $2 and state = 'parked' and reason = $3 and not {EARLIER}
"""  # noqa: S608


@dataclass(frozen=True)
class Lane:
    """Keys of one partition that are taken up together, and records without a key."""

    topic: str
    partition: int
    keys: tuple[bytes, ...] = ()
    keyless: tuple[int, ...] = ()

    def without(self, keys: set[bytes]) -> Lane:
        """What goes on: keyless records are tried once."""
        return Lane(self.topic, self.partition, tuple(key for key in self.keys if key not in keys))


@dataclass(frozen=True)
class Queue:
    """`by` is who acts at `now`: kept with everything that is written."""

    tx: Connection
    consumer: str
    by: str
    now: datetime

    async def lock(self, lane: Lane) -> None:
        """Holds the consumer up on this partition until the transaction ends."""
        place = (self.consumer, lane.topic, lane.partition)
        if not await self.tx.fetchval(LOCK, *place):
            await self.tx.execute(BEGIN, *place)
            await self.tx.fetchval(LOCK, *place)

    async def first(self, lane: Lane, of_each_key: int) -> list[Any]:
        """The oldest records of each key, and those without a key, in the order they are to be tried."""
        rows = await self.tx.fetch(FIRST, self.consumer, lane.topic, list(lane.keys), list(lane.keyless), of_each_key)
        return list(rows)

    async def waiting(self, lane: Lane) -> int:
        found: int = await self.tx.fetchval(WAITING, *self._place(lane), list(lane.keyless))
        return found

    async def applied(self, ids: Sequence[int]) -> None:
        await self._settle("applied", [(each, "") for each in ids])
        await self._tried([(each, "applied", "", "") for each in ids])

    async def passed_over(self, skipped: Sequence[tuple[int, str]]) -> None:
        """Records that concern nobody after all, with why: a duplicate, a type not asked for."""
        await self._settle("applied", skipped)
        await self._tried([(each, "passed_over", why, "") for each, why in skipped])

    async def discarded(self, parked_id: int, reason: str) -> None:
        await self._settle("discarded", [(parked_id, reason)])
        await self._tried([(parked_id, "discarded", reason, "")])

    async def failed(self, failures: Sequence[tuple[int, Fault]]) -> None:
        rows = [(each, self.now, fault.reason, fault.detail, fault.stack) for each, fault in failures]
        await self.tx.executemany(FAILED, rows)
        await self._tried([(each, "failed", fault.reason, fault.detail) for each, fault in failures])

    async def promote(self, lane: Lane) -> None:
        """Of each key the record that is first now stops waiting behind another."""
        told = (UNTRIED.reason, UNTRIED.detail, BEHIND.reason)
        await self.tx.execute(PROMOTE, *self._place(lane), *told)

    def _place(self, lane: Lane) -> tuple[str, str, list[bytes]]:
        return self.consumer, lane.topic, list(lane.keys)

    async def _settle(self, state: str, settled: Sequence[tuple[int, str]]) -> None:
        ids, why = [each for each, _ in settled], [why or None for _, why in settled]
        await self.tx.execute(SETTLE, ids, state, self.now, self.by, why)

    async def _tried(self, tries: Sequence[tuple[int, str, str, str]]) -> None:
        columns = [list(column) for column in zip(*tries, strict=True)] or [[], [], [], []]
        await self.tx.execute(TRIED, self.now, self.by, *columns)


async def line_up(tx: Connection, consumer: str, topic: str) -> None:
    """Makes the reasons fit the order again where records came and went otherwise than by a queue (a rebuild)."""
    await tx.execute(BEHIND_ANOTHER, consumer, topic, BEHIND.reason, BEHIND.detail)
    await tx.execute(FIRST_NOW, consumer, topic, BEHIND.reason, UNTRIED.reason, UNTRIED.detail)


def lanes(heads: Sequence[Any], most_keys: int) -> list[Lane]:
    """Heads (rows with topic, partition, key, id) of the same partition together, at most so many in one."""
    by_place: dict[tuple[str, int], list[Any]] = {}
    for head in heads:
        by_place.setdefault((head["topic"], head["partition"]), []).append(head)
    return [
        _lane(place, group[start : start + most_keys])
        for place, group in by_place.items()
        for start in range(0, len(group), most_keys)
    ]


def _lane(place: tuple[str, int], heads: Sequence[Any]) -> Lane:
    keys = tuple(head["key"] for head in heads if head["key"] is not None)
    return Lane(*place, keys, tuple(head["id"] for head in heads if head["key"] is None))
