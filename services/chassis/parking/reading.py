"""What is put aside, for people: reasons and places, never contents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from services.chassis.database import Connection

COLUMNS = """
parked.id, parked.consumer, parked.topic, parked.partition, parked."offset", parked.key, parked.event_type,
parked.event_id, parked.sequence, parked.reason, parked.detail, parked.recorded_at, parked.parked_at, parked.attempts,
parked.attempted_at, parked.state, parked.settled_at, parked.settled_by, parked.settled_why,
octet_length(parked.value) as bytes
"""

HEADS = """
parked.state = 'parked' and (parked.key is null or not exists (
    select from parked_record as earlier where earlier.consumer = parked.consumer and earlier.topic = parked.topic
        and earlier.key = parked.key and earlier.state = 'parked' and earlier."offset" < parked."offset"))
"""

FOLLOWERS = """
(select count(*) from parked_record as later where later.consumer = parked.consumer and later.topic = parked.topic
    and later.key = parked.key and later.state = 'parked' and later."offset" > parked."offset") as followers
"""

LIST = f"""
select {COLUMNS}, {FOLLOWERS} from parked_record as parked
where ({HEADS}) and ($1::text is null or reason = $1) and ($2::text is null or topic = $2)
    and ($3::text is null or starts_with(encode(parked.key, 'escape'), $3)) and parked.id > $4
order by parked.id limit $5
"""  # noqa: S608 - put together from constants

SETTLED = f"""
select {COLUMNS}, 0 as followers from parked_record as parked
where state <> 'parked' and id > $1 order by id limit $2
"""  # noqa: S608

ONE = f"select {COLUMNS}, {FOLLOWERS} from parked_record as parked where id = $1"  # noqa: S608

COUNTS = f"""
select reason, topic, count(*) filter (where {HEADS}) as stopped, count(*) as waiting, min(parked_at) as oldest
from parked_record as parked where state = 'parked' group by reason, topic order by reason, topic
"""  # noqa: S608


class ParkedRecord(BaseModel):
    """A record that stops its key, with how many wait behind it. Times are UTC."""

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
    bytes: int | None = Field(description="size of the content, None for a tombstone")
    recorded_at: datetime
    parked_at: datetime
    attempts: int
    attempted_at: datetime
    followers: int
    state: str
    settled_at: datetime | None = None
    settled_by: str | None = None
    settled_why: str | None = None


class ParkedCount(BaseModel):
    """How many records stop a key (`stopped`) and how many wait in all, by reason and topic."""

    reason: str
    topic: str
    stopped: int
    waiting: int
    oldest: datetime


@dataclass(frozen=True)
class Filter:
    """What to list: None means any."""

    reason: str | None = None
    topic: str | None = None
    key: str | None = None


async def list_parked(tx: Connection, wanted: Filter, *, after: int = 0, limit: int = 50) -> list[ParkedRecord]:
    """Records that stop their key, by id; those that wait behind them are counted, not listed."""
    rows = await tx.fetch(LIST, wanted.reason, wanted.topic, wanted.key, after, limit)
    return [as_parked(row) for row in rows]


async def list_settled(tx: Connection, *, after: int = 0, limit: int = 50) -> list[ParkedRecord]:
    """Records that were applied later or discarded, with who and why."""
    return [as_parked(row) for row in await tx.fetch(SETTLED, after, limit)]


async def find_parked(tx: Connection, parked_id: int) -> ParkedRecord | None:
    row = await tx.fetchrow(ONE, parked_id)
    return None if row is None else as_parked(row)


async def read_content(tx: Connection, parked_id: int) -> tuple[str, bytes]:
    """Where the code failed, and the bytes as they came: for somebody at the service's own command line."""
    row = await tx.fetchrow("select stack, value from parked_record where id = $1", parked_id)
    return ("", b"") if row is None else (row["stack"] or "", row["value"] or b"")


async def count_parked(tx: Connection) -> list[ParkedCount]:
    return [ParkedCount(**row) for row in await tx.fetch(COUNTS)]


def as_parked(row: Mapping[str, Any]) -> ParkedRecord:
    key = None if row["key"] is None else row["key"].decode("utf-8", "backslashreplace")
    return ParkedRecord(**{**row, "key": key})
