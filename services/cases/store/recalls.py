"""Recalls: everything but the person, and the numbers given to them."""

from __future__ import annotations

from uuid import UUID

from pydantic import TypeAdapter

from services.cases.domain.recall import Recall
from services.chassis.act import Tx

_RECALL = TypeAdapter(Recall)

_SAVE = """
insert into recall select * from jsonb_populate_record(null::recall, $1)
on conflict (id) do update set
    version = excluded.version, state = excluded.state, representatives = excluded.representatives,
    resume_state = excluded.resume_state, suspension_reason = excluded.suspension_reason,
    rejection_reason = excluded.rejection_reason, consulted_at = excluded.consulted_at,
    reply_due = excluded.reply_due, reply_late = excluded.reply_late, replied_at = excluded.replied_at,
    attempts = excluded.attempts, summoned_at = excluded.summoned_at, hearing_at = excluded.hearing_at,
    hearing_place = excluded.hearing_place, held_on = excluded.held_on, follow_up_due = excluded.follow_up_due,
    reviews_due = excluded.reviews_due, outcome = excluded.outcome, ended_at = excluded.ended_at
"""
_NUMBER = """
insert into case_number (commune, year, last) values ($1, $2, 1)
on conflict (commune, year) do update set last = case_number.last + 1
returning last
"""


async def lock_recall(tx: Tx, case_id: UUID) -> Recall | None:
    row = await tx.fetchrow("select * from recall where id = $1 for update", case_id)
    return recall_of(row) if row else None


def recall_of(row: object) -> Recall:
    """The aggregate of a row of `recall`."""
    return _RECALL.validate_python(dict(row))  # type: ignore[call-overload]


async def save_recall(tx: Tx, case: Recall) -> None:
    await tx.execute(_SAVE, _RECALL.dump_python(case, mode="json"))


async def next_number(tx: Tx, commune: str, year: int) -> str:
    """`RAO-2017-0003`: the next of the commune and year, without gaps."""
    return f"RAO-{year}-{await tx.fetchval(_NUMBER, commune, year):04}"
