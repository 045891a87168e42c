"""What falls due by itself: replies of the parquet, reviews, numbers to call again."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from schemas.events.cases import RecallState
from schemas.events.statistics import RecallStage
from services.cases import counting, history, reference, store
from services.cases.domain.days import day_of
from services.cases.domain.hearing import let_follow_up_fall_due
from services.cases.domain.prosecution import let_reply_time_out
from services.cases.domain.publication import Publication, let_verification_fall_due
from services.cases.domain.recall import Recall
from services.chassis.act import Act
from services.chassis.decisions import Decision
from services.chassis.timers import Timer, Timers

timers = Timers()


@timers.on("prosecutor-reply")
async def let_prosecutor_reply_fall_due(timer: Timer, act: Act) -> Decision[Recall] | None:
    """The protocol's delay ended."""
    case = await store.lock_recall(act.tx, UUID(timer.key))
    if case is None:
        return None
    decision = let_reply_time_out(
        case,
        reply_due=date.fromisoformat(timer.payload["reply_due"]),
        silence_is_clearance=timer.payload["silence_is_clearance"],
        now=act.now,
    )
    if decision is None:
        return None
    await store.save_recall(act.tx, decision.state)
    await history.keep(act, decision)
    if decision.state.state is RecallState.CLEARED:
        await counting.count(act, RecallStage.CLEARED, decision.state)
    return decision


@timers.on("recall-follow-up")
async def let_review_fall_due(timer: Timer, act: Act) -> Decision[Recall] | None:
    """Three or six months after the hearing."""
    case = await store.lock_recall(act.tx, UUID(timer.key.partition(":")[0]))
    if case is None:
        return None
    decision = let_follow_up_fall_due(
        case, rank=timer.payload["rank"], due_on=date.fromisoformat(timer.payload["due_on"])
    )
    if decision is None:
        return None
    await store.save_recall(act.tx, decision.state)
    await history.keep(act, decision)
    return decision


@timers.on("helpline-verification")
async def let_helpline_verification_fall_due(timer: Timer, act: Act) -> Decision[Publication] | None:
    """A printed number was called too long ago."""
    publication = await store.lock_publication(act.tx, UUID(timer.key.partition(":")[0]))
    if publication is None:
        return None
    today = day_of(act.now)
    decision = let_verification_fall_due(
        publication, timer.payload["number"], months=reference.verification_months(today), today=today
    )
    if decision is None:
        return None
    await store.save_publication(act.tx, decision.state)
    return decision
