"""What is put aside, for people: reasons and places, never contents.

`consumer` is the service; a rebuild under way parks under a name of its own, which nobody sees before its swap.
A record is listed when it stops its key; those that wait behind it (reason BehindParked) are counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from services.chassis.database import Connection

STATE = Literal["parked", "applied", "discarded"]

COLUMNS = """
parked.id, parked.consumer, parked.topic, parked.partition, parked."offset", parked.key, parked.event_type,
parked.event_id, parked.sequence, parked.reason, parked.detail, parked.first_reason, parked.first_detail,
parked.recorded_at, parked.parked_at, parked.attempts, parked.attempted_at, parked.state, parked.settled_at,
parked.settled_by, parked.settled_why, octet_length(parked.value) as bytes
"""

FOLLOWERS = """
(select count(*) from parked_record as later where later.consumer = parked.consumer and later.topic = parked.topic
    and later.key = parked.key and later.state = 'parked' and later."offset" > parked."offset")
"""

WANTED = """
parked.consumer = $1 and parked.state = 'parked' and parked.reason <> 'BehindParked'
    and ($2::text is null or parked.reason = $2) and ($3::text is null or parked.topic = $3)
    and ($4::text is null or starts_with(encode(parked.key, 'escape'), $4))
"""

LIST = f"""
select {COLUMNS}, {FOLLOWERS} as followers from parked_record as parked
where {WANTED} and parked.id > $5 order by parked.id limit $6 offset $7
"""  # noqa: S608 - put together from constants

HEADS = f"""
select id, topic, partition, key from parked_record as parked
where {WANTED} and parked.id > $5 order by parked.id limit $6
"""  # noqa: S608

COUNTS = f"""
select reason, topic, count(*) as stopped, sum({FOLLOWERS})::bigint as followers, min(parked_at) as oldest
from parked_record as parked where {WANTED} group by reason, topic order by oldest, topic
"""  # noqa: S608

SETTLED = f"""
select {COLUMNS}, 0 as followers from parked_record as parked
where consumer = $1 and state <> 'parked' order by settled_at desc, id desc limit $2 offset $3
"""  # noqa: S608

ONE = f"select {COLUMNS}, {FOLLOWERS} as followers, stack from parked_record as parked where consumer = $1 and id = $2"  # noqa: S608

AHEAD = """
select ahead.id from parked_record as ahead join parked_record as parked using (consumer, topic, key)
where parked.id = $1 and parked.state = 'parked' and ahead.state = 'parked' and ahead."offset" < parked."offset"
order by ahead."offset" limit 1
"""


class ParkedRecord(BaseModel):
    """A record that could not be applied, with how many wait behind it. Times are UTC."""

    id: int
    consumer: str
    topic: str
    partition: int
    offset: int
    key: str | None = Field(description="as text; bytes that are no UTF-8 as \\x..")
    event_type: str | None
    event_id: str | None
    sequence: int | None
    reason: str
    detail: str
    first_reason: str | None = Field(description="why it was put aside, when the last try failed for another reason")
    first_detail: str | None
    bytes: int | None = Field(description="size of the content, None for a tombstone")
    recorded_at: datetime
    parked_at: datetime
    attempts: int
    attempted_at: datetime
    followers: int
    state: STATE
    settled_at: datetime | None = None
    settled_by: str | None = None
    settled_why: str | None = None


class Try(BaseModel):
    """A person took the record up. `reason` is that of the failure, or of the discard in the person's words."""

    at: datetime
    by: str
    outcome: Literal["applied", "passed_over", "failed", "discarded"]
    reason: str
    detail: str


class ParkedDetail(ParkedRecord):
    """One record with where the code failed, everything that was tried, and what it waits for."""

    stack: str | None = Field(description="Places of the code, without any value")
    tries: list[Try] = Field(description="Since it was put aside, the oldest first")
    behind: int | None = Field(description="The record of the same key that must be settled first")


class ParkedCount(BaseModel):
    """How many records stop a key (`stopped`) and how many wait behind them, by reason and topic."""

    reason: str
    topic: str
    stopped: int
    followers: int
    oldest: datetime


@dataclass(frozen=True)
class Filter:
    """What to list: None means any. `key` is how the key begins."""

    reason: str | None = None
    topic: str | None = None
    key: str | None = None

    @property
    def values(self) -> tuple[str | None, str | None, str | None]:
        return self.reason, self.topic, self.key


async def list_parked(
    tx: Connection, consumer: str, wanted: Filter, *, after: int = 0, limit: int = 50, skip: int = 0
) -> list[ParkedRecord]:
    """Records that stop their key, the oldest first, from those with an id greater than `after`."""
    return [_as(ParkedRecord, row) for row in await tx.fetch(LIST, consumer, *wanted.values, after, limit, skip)]


async def find_heads(tx: Connection, consumer: str, wanted: Filter, *, after: int, limit: int) -> list[Any]:
    """(id, topic, partition, key as bytes) of the records that stop their key."""
    return list(await tx.fetch(HEADS, consumer, *wanted.values, after, limit))


async def count_parked(tx: Connection, consumer: str, wanted: Filter = Filter()) -> list[ParkedCount]:
    """By reason and topic, the one with the oldest record first."""
    return [ParkedCount(**row) for row in await tx.fetch(COUNTS, consumer, *wanted.values)]


async def list_settled(tx: Connection, consumer: str, *, limit: int = 50, skip: int = 0) -> list[ParkedRecord]:
    """Records that were applied later or discarded, with who and why, the latest first."""
    return [_as(ParkedRecord, row) for row in await tx.fetch(SETTLED, consumer, limit, skip)]


async def count_settled(tx: Connection, consumer: str) -> int:
    found: int = await tx.fetchval(
        "select count(*) from parked_record where consumer = $1 and state <> 'parked'", consumer
    )
    return found


async def find_parked(tx: Connection, consumer: str, parked_id: int) -> ParkedDetail | None:
    row = await tx.fetchrow(ONE, consumer, parked_id)
    if row is None:
        return None
    tries = await tx.fetch("select * from parked_try where parked_id = $1 order by id", parked_id)
    told = {"tries": [Try(**each) for each in tries], "behind": await tx.fetchval(AHEAD, parked_id)}
    found: ParkedDetail = _as(ParkedDetail, row, **told)
    return found


def _as(kind: type[Any], row: Mapping[str, Any], **more: Any) -> Any:
    key = None if row["key"] is None else row["key"].decode("utf-8", "backslashreplace")
    return kind(**{**row, "key": key, **more})
