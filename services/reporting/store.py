"""Rows of the projections: one function per change, each an upsert that gives the same row when it is repeated."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from services.chassis.act import Tx


async def save_institution(tx: Tx, institution_id: UUID, name: str, kind: str, told_at: datetime) -> None:
    await tx.execute(
        "insert into institution values ($1, $2, $3, $4) on conflict (institution_id) do update "
        "set name = excluded.name, kind = excluded.kind, told_at = excluded.told_at",
        *(institution_id, name, kind, told_at),
    )


async def save_body(
    tx: Tx, body_id: UUID, name: str, kind: str, theme: str | None, effective_on: date, told_at: datetime
) -> None:
    await tx.execute(
        "insert into body (body_id, name, kind, theme, effective_on, told_at) values ($1, $2, $3, $4, $5, $6) "
        "on conflict (body_id) do update set name = excluded.name, kind = excluded.kind, theme = excluded.theme, "
        "effective_on = excluded.effective_on, told_at = excluded.told_at",
        *(body_id, name, kind, theme, effective_on, told_at),
    )


async def save_membership(tx: Tx, body_id: UUID, members: int, told_at: datetime) -> None:
    await tx.execute("update body set members = $2, told_at = $3 where body_id = $1", body_id, members, told_at)


async def end_body(tx: Tx, body_id: UUID, dissolved_on: date, told_at: datetime) -> None:
    await tx.execute(
        "update body set dissolved_on = $2, told_at = $3 where body_id = $1", body_id, dissolved_on, told_at
    )


async def save_meeting(
    tx: Tx, meeting_id: UUID, body_id: UUID, state: str, starts_at: datetime, told_at: datetime
) -> None:
    await tx.execute(
        "insert into meeting (meeting_id, body_id, state, starts_at, told_at) values ($1, $2, $3, $4, $5) "
        "on conflict (meeting_id) do update set state = excluded.state, starts_at = excluded.starts_at, "
        "told_at = excluded.told_at",
        *(meeting_id, body_id, state, starts_at, told_at),
    )


async def save_notice(tx: Tx, meeting_id: UUID, days: int, required: int) -> None:
    await tx.execute(
        "update meeting set notice_days = $2, notice_days_required = $3 where meeting_id = $1",
        *(meeting_id, days, required),
    )


async def save_attendance(tx: Tx, meeting_id: UUID, institution_id: UUID, presence: str) -> None:
    await tx.execute(
        "insert into attendance values ($1, $2, $3) on conflict (meeting_id, institution_id) do update "
        "set presence = excluded.presence",
        *(meeting_id, institution_id, presence),
    )


async def save_decision(tx: Tx, decision_id: UUID, meeting_id: UUID, kind: str, told_at: datetime) -> None:
    await tx.execute(
        "insert into decision values ($1, $2, $3, $4) on conflict (decision_id) do update set kind = excluded.kind",
        *(decision_id, meeting_id, kind, told_at),
    )


async def save_annual_duty(tx: Tx, year: int, held_on: date, told_at: datetime) -> None:
    """The first plenary that meets the duty counts; a later one of the same year changes nothing."""
    await tx.execute(
        "insert into annual_duty values ($1, $2, $3) on conflict (year) do update "
        "set held_on = excluded.held_on, told_at = excluded.told_at where excluded.held_on < annual_duty.held_on",
        *(year, held_on, told_at),
    )


async def save_plan(
    tx: Tx, plan_id: UUID, title: str, starts_on: date, ends_on: date, actions: int, required: int, told_at: datetime
) -> None:
    await tx.execute(
        "insert into plan (plan_id, title, state, starts_on, ends_on, actions, required, told_at) "
        "values ($1, $2, 'drafting', $3, $4, $5, $6, $7) on conflict (plan_id) do update "
        "set title = excluded.title, state = excluded.state, starts_on = excluded.starts_on, "
        "ends_on = excluded.ends_on, actions = excluded.actions, required = excluded.required, "
        "told_at = excluded.told_at",
        *(plan_id, title, starts_on, ends_on, actions, required, told_at),
    )


async def move_plan(tx: Tx, plan_id: UUID, state: str, told_at: datetime, signed_on: date | None = None) -> None:
    await tx.execute(
        "update plan set state = $2, told_at = $3, signed_on = $4 where plan_id = $1",
        *(plan_id, state, told_at, signed_on),
    )


async def save_signature(
    tx: Tx, plan_id: UUID, institution_id: UUID, institution_name: str, signed_on: date | None
) -> None:
    await tx.execute(
        "insert into signature values ($1, $2, $3, $4) on conflict (plan_id, institution_id) do update "
        "set institution_name = excluded.institution_name, signed_on = excluded.signed_on",
        *(plan_id, institution_id, institution_name, signed_on),
    )


async def save_recall_step(
    tx: Tx,
    statistic_id: UUID,
    stage: str,
    month: date,
    commune: str,
    motive: str,
    outcome: str | None,
    rejection_reason: str | None,
) -> None:
    await tx.execute(
        "insert into recall_step values ($1, $2, $3, $4, $5, $6, $7) on conflict (statistic_id) do nothing",
        *(statistic_id, stage, month, commune, motive, outcome, rejection_reason),
    )


async def save_session(
    tx: Tx,
    session_id: UUID,
    commune: str,
    district: str,
    district_name: str,
    starts_at: datetime,
    state: str,
    visitors: int | None,
    told_at: datetime,
) -> None:
    await tx.execute(
        "insert into drop_in_session values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (session_id) do update "
        "set starts_at = excluded.starts_at, state = excluded.state, visitors = excluded.visitors, "
        "told_at = excluded.told_at",
        *(session_id, commune, district, district_name, starts_at, state, visitors, told_at),
    )


async def save_publication(
    tx: Tx, publication_id: UUID, kind: str, title: str, published_on: date, told_at: datetime
) -> None:
    await tx.execute(
        "insert into publication values ($1, $2, $3, $4, $5) on conflict (publication_id) do update "
        "set title = excluded.title, published_on = excluded.published_on, told_at = excluded.told_at",
        *(publication_id, kind, title, published_on, told_at),
    )


async def save_distribution(
    tx: Tx,
    fact_id: UUID,
    publication_id: UUID,
    quantity: int,
    place_type: str,
    distributed_on: date,
    told_at: datetime,
) -> None:
    """A distribution has no id of its own: the fact's id tells a repeated fact from a second distribution."""
    await tx.execute(
        "insert into distribution values ($1, $2, $3, $4, $5, $6) on conflict (fact_id) do nothing",
        *(fact_id, publication_id, quantity, place_type, distributed_on, told_at),
    )


async def save_delivery(
    tx: Tx, delivery_id: UUID, institution_id: UUID, channel: str, subject: str, state: str, told_at: datetime
) -> None:
    await tx.execute(
        "insert into delivery values ($1, $2, $3, $4, $5, $6, $6) on conflict (delivery_id) do update "
        "set state = excluded.state, told_at = excluded.told_at",
        *(delivery_id, institution_id, channel, subject, state, told_at),
    )
