"""What the figures count. Years and months are those of Paris; every count is of facts, never of guesses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.chassis.act import Tx


class BodyYear(NamedTuple):
    """A body with the meetings it held, still plans and cancelled in a year."""

    body_id: UUID
    name: str
    kind: str
    members: int
    effective_on: date | None
    dissolved_on: date | None
    held: int
    to_come: int
    cancelled: int
    told_at: datetime | None


class PlanSignatures(NamedTuple):
    plan_id: UUID
    title: str
    state: str
    collected: int
    required: int
    signed_on: date | None
    told_at: datetime


class RecallStep(NamedTuple):
    """How many recalls reached `stage`, of one month, commune, motive, outcome and reason."""

    stage: str
    month: date
    commune: str
    motive: str
    outcome: str | None
    rejection_reason: str | None
    number: int


class Session(NamedTuple):
    district: str
    district_name: str
    quarter: int
    state: str
    visitors: int
    told_at: datetime


class Count(NamedTuple):
    """Something counted by a code and, where there is one, by a second."""

    code: str
    other: str
    number: int
    told_at: datetime | None


async def bodies_of_year(tx: Tx, year: int) -> list[BodyYear]:
    """Bodies that existed in `year`: plenary first, then restricted, then groups by name."""
    found = await tx.fetch(
        "select b.body_id, coalesce(b.name, '') as name, b.kind, b.members, b.effective_on, b.dissolved_on, "
        "count(*) filter (where m.state = 'held') as held, "
        "count(*) filter (where m.state in ('planned', 'convened')) as to_come, "
        "count(*) filter (where m.state = 'cancelled') as cancelled, "
        "max(greatest(m.told_at, b.told_at)) as told_at "
        "from body b left join meeting m on m.body_id = b.body_id and paris_year(m.starts_at) = $1 "
        "where b.effective_on < make_date($1::int + 1, 1, 1) "
        "and (b.dissolved_on is null or b.dissolved_on > make_date($1::int, 1, 1)) "
        "group by b.body_id order by array_position(array['plenary', 'restricted', 'group'], b.kind), b.name",
        year,
    )
    return [BodyYear(*row) for row in found]


async def notices_of_year(tx: Tx, year: int) -> tuple[int, int, datetime | None]:
    """Meetings convened in time, meetings convened, and when the newest of them was told."""
    row: Any = await tx.fetchrow(
        "select count(*) filter (where notice_days >= notice_days_required), count(*), max(told_at) from meeting "
        "where notice_days is not null and paris_year(starts_at) = $1",
        year,
    )
    return row[0], row[1], row[2]


async def annual_duty(tx: Tx, year: int) -> tuple[date, datetime] | None:
    """The day the yearly duty was met, and when that was told; None while it is not met."""
    row = await tx.fetchrow("select held_on, told_at from annual_duty where year = $1", year)
    return None if row is None else (row["held_on"], row["told_at"])


async def decisions_of_year(tx: Tx, year: int) -> list[Count]:
    """Decisions by kind."""
    return await _counts(
        tx,
        "select d.kind, '', count(*)::int, max(d.told_at) from decision d join meeting m using (meeting_id) "
        "where paris_year(m.starts_at) = $1 group by d.kind",
        year,
    )


async def plans_of_year(tx: Tx, year: int) -> list[PlanSignatures]:
    """Plans that cover a day of `year`, oldest first."""
    found = await tx.fetch(
        "select p.plan_id, p.title, p.state, count(s.signed_on)::int, p.required, p.signed_on, p.told_at "
        "from plan p left join signature s using (plan_id) "
        "where extract(year from p.starts_on) <= $1 and extract(year from p.ends_on) >= $1 "
        "group by p.plan_id order by p.starts_on, p.title",
        year,
    )
    return [PlanSignatures(*row) for row in found]


async def signatories(tx: Tx, plan_ids: Sequence[UUID]) -> list[tuple[UUID, str, date | None]]:
    """Plan, institution and day of its signature (None while awaited), in the order of signing."""
    found = await tx.fetch(
        "select plan_id, institution_name, signed_on from signature where plan_id = any($1) "
        "order by signed_on nulls last, institution_name",
        list(plan_ids),
    )
    return [(row[0], row[1], row[2]) for row in found]


async def recall_steps(tx: Tx, year: int, communes: Sequence[str] | None = None) -> list[RecallStep]:
    """True counts of the recalls of `year`, of all communes or of some. Not to be shown as they are."""
    found = await tx.fetch(
        "select stage, month, commune, motive, outcome, rejection_reason, count(*)::int from recall_step "
        "where extract(year from month) = $1 and ($2::text[] is null or commune = any($2)) "
        "group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6",
        *(year, None if communes is None else list(communes)),
    )
    return [RecallStep(*row) for row in found]


async def sessions_of_year(tx: Tx, year: int) -> list[Session]:
    """Drop-in sessions by district name and time."""
    found = await tx.fetch(
        "select district, district_name, extract(quarter from starts_at at time zone 'Europe/Paris')::int, state, "
        "coalesce(visitors, 0), told_at from drop_in_session where paris_year(starts_at) = $1 "
        "order by district_name, starts_at, session_id",
        year,
    )
    return [Session(*row) for row in found]


async def distributions_of_year(tx: Tx, year: int) -> list[Count]:
    """Copies by title of the publication and kind of place."""
    return await _counts(
        tx,
        "select coalesce(p.title, ''), d.place_type, sum(d.quantity)::int, max(d.told_at) "
        "from distribution d left join publication p using (publication_id) "
        "where extract(year from d.distributed_on) = $1 group by 1, 2 order by 1, 2",
        year,
    )


async def deliveries_of_year(tx: Tx, year: int) -> list[Count]:
    """Deliveries by subject and state."""
    return await _counts(
        tx,
        "select subject, state, count(*)::int, max(told_at) from delivery "
        "where paris_year(scheduled_at) = $1 group by 1, 2 order by 1, 2",
        year,
    )


async def years_with_facts(tx: Tx) -> list[int]:
    """Years that have at least one meeting, session or recall, newest first."""
    found = await tx.fetch(
        "select distinct extract(year from day)::int as year from ("
        "select (starts_at at time zone 'Europe/Paris')::date as day from meeting "
        "union all select (starts_at at time zone 'Europe/Paris')::date from drop_in_session "
        "union all select month from recall_step) days order by 1 desc"
    )
    return [row["year"] for row in found]


async def _counts(tx: Tx, query: str, year: int) -> list[Count]:
    return [Count(*row) for row in await tx.fetch(query, year)]
