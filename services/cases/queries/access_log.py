"""Who read what of which case, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.act import Tx

_ENTRIES = """
select access_log.id, access_log.at, access_log.case_id, recall.number as case_number, access_log.commune,
       access_log.by_name, access_log.by_title, access_log.reason, access_log.fields, access_log.purpose
from access_log join recall on recall.id = access_log.case_id
where access_log.commune = any($1::text[]) and ($2::uuid is null or access_log.case_id = $2)
order by access_log.at desc, access_log.id desc limit $3 offset $4
"""
_COUNT = """
select count(*) from access_log where commune = any($1::text[]) and ($2::uuid is null or case_id = $2)
"""


@dataclass(frozen=True)
class AccessEntry:
    """One reading: `fields` were opened, `purpose` says whether to look at or to print."""

    id: int
    at: datetime
    case_id: UUID
    case_number: str
    commune: str
    by_name: str
    by_title: str
    reason: str
    fields: list[str]
    purpose: str


async def entries(
    tx: Tx, communes: frozenset[str], *, case_id: UUID | None, limit: int, after: int
) -> tuple[list[AccessEntry], int]:
    """Latest first, and how many there are."""
    rows = await tx.fetch(_ENTRIES, sorted(communes), case_id, limit, after)
    return [AccessEntry(**dict(row)) for row in rows], await tx.fetchval(_COUNT, sorted(communes), case_id)


async def readings_of(tx: Tx, case_id: UUID) -> tuple[int, datetime | None]:
    """How often a case was read, and when last."""
    row = await tx.fetchrow("select count(*) as n, max(at) as last from access_log where case_id = $1", case_id)
    assert row is not None
    return row["n"], row["last"]
