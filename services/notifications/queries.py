"""Reads for pages and API; never a letter about anybody, for there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.events.deliveries import AboutKind, Channel, DeliverySubject, FailureReason
from services.chassis.act import Tx
from services.notifications.domain.delivery import Delivery, DeliveryState
from services.notifications.domain.meeting import Meeting
from services.notifications.domain.partner import Partner
from services.notifications.store import delivery_of, meeting_of, partner_of


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which deliveries; None: whichever. `search` is looked for in titles and institutions' names."""

    institution: UUID | None = None
    abouts: frozenset[AboutKind] = frozenset(AboutKind)
    about_id: UUID | None = None
    state: frozenset[DeliveryState] = frozenset()
    subject: DeliverySubject | None = None
    channel: Channel | None = None
    search: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One delivery in a list."""

    id: UUID
    version: int
    institution_id: UUID
    institution: str
    channel: Channel
    subject: DeliverySubject
    about: AboutKind
    about_id: UUID
    state: DeliveryState
    title: str
    created_at: datetime
    due_at: datetime | None
    sent_at: datetime | None
    attempts: int
    reason: FailureReason | None


@dataclass(frozen=True, kw_only=True)
class Attempt:
    at: datetime
    outcome: str
    answer: str


# What `ilike` would read as a wildcard is looked for as it is.
_WILD, _ESCAPED = re.compile(r"[%_\\]"), r"\\\g<0>"
_WHERE = """
from delivery join partner using (institution_id)
where ($1::uuid is null or institution_id = $1) and ($2::uuid is null or about_id = $2)
  and (cardinality($3::text[]) = 0 or state = any($3)) and ($4::text is null or subject = $4)
  and ($5::text is null or channel = $5)
  and ($6::text is null or name ilike $6 or letter->>'subject' ilike $6)
  and about = any($9::text[])
  and ($7::timestamptz is null or created_at >= $7) and ($8::timestamptz is null or created_at < $8)
"""
_LINE = (
    "id, delivery.version, institution_id, name as institution, channel, subject, about, about_id, state, "
    "letter->>'subject' as title, created_at, due_at, sent_at, attempts, reason"
)


async def deliveries(tx: Tx, wanted: Filter, *, limit: int, after: int) -> tuple[list[Line], int]:
    """The latest first, from row `after` on, and how many there are in all."""
    values = _values(wanted)
    rows = await tx.fetch(
        f"select {_LINE} {_WHERE} order by created_at desc, name, id limit $10 offset $11",
        *(*values, limit, after),
    )
    total = await tx.fetchval(f"select count(*) {_WHERE}", *values)
    return [_line(row) for row in rows], int(total)


async def counts(tx: Tx, wanted: Filter) -> dict[DeliveryState, int]:
    """How many deliveries are in each state."""
    rows = await tx.fetch(f"select state, count(*) as many {_WHERE} group by state", *_values(wanted))
    return {DeliveryState(row["state"]): row["many"] for row in rows}


async def delivery(tx: Tx, delivery_id: UUID) -> tuple[Delivery, Partner] | None:
    row = await tx.fetchrow("select * from delivery where id = $1", delivery_id)
    if row is None:
        return None
    found = delivery_of(row)
    partner = await tx.fetchrow("select * from partner where institution_id = $1", found.institution_id)
    return found, partner_of(partner)


async def attempts(tx: Tx, delivery_id: UUID) -> list[Attempt]:
    rows = await tx.fetch(
        "select at, outcome, answer from delivery_attempt where delivery_id = $1 order by id", delivery_id
    )
    return [Attempt(**row) for row in rows]


async def partners(tx: Tx, *, limit: int, after: int, reachable: bool | None = None) -> tuple[list[Partner], int]:
    """The directory by name; `reachable` False: those without any address."""
    where = "from partner where $1::bool is null or (email is not null or webhook_url is not null) = $1"
    rows = await tx.fetch(
        f"select * {where} order by name, institution_id limit $2 offset $3",
        *(reachable, limit, after),
    )
    return [partner_of(row) for row in rows], int(await tx.fetchval(f"select count(*) {where}", reachable))


async def partner(tx: Tx, institution_id: UUID) -> Partner | None:
    row = await tx.fetchrow("select * from partner where institution_id = $1", institution_id)
    return partner_of(row) if row else None


async def meeting(tx: Tx, meeting_id: UUID) -> Meeting | None:
    row = await tx.fetchrow("select * from meeting where id = $1", meeting_id)
    return meeting_of(row) if row else None


def _values(wanted: Filter) -> tuple[Any, ...]:
    pattern = f"%{_WILD.sub(_ESCAPED, wanted.search)}%" if wanted.search else None
    return (
        wanted.institution,
        wanted.about_id,
        sorted(wanted.state),
        wanted.subject,
        wanted.channel,
        pattern,
        wanted.since,
        wanted.until,
        sorted(wanted.abouts),
    )


def _line(row: Any) -> Line:
    return Line(
        **{
            **row,
            "channel": Channel(row["channel"]),
            "subject": DeliverySubject(row["subject"]),
            "about": AboutKind(row["about"]),
            "state": DeliveryState(row["state"]),
            "reason": FailureReason(row["reason"]) if row["reason"] else None,
        }
    )
