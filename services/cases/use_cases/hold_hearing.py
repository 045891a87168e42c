"""Record that the mayor spoke the recall."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from schemas.events.statistics import RecallStage
from services.cases import counting, history, reference, store
from services.cases.domain import hearing
from services.cases.domain.days import day_of
from services.cases.domain.hearing import AdultImpossible, AdultPresent, Hearing, HeldBy
from services.cases.domain.recall import Recall
from services.cases.follow_up import schedule_reviews
from services.cases.locking import competent_case
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class HoldHearing(Command):
    """Record the hearing in which the mayor, or the delegate, spoke the recall to the person."""

    held_on: date
    held_by: HeldBy = HeldBy.MAYOR
    delegation_on: date | None = Field(default=None, description="Day of the delegation, when a delegate spoke.")
    adult_present: AdultPresent | None = Field(default=None, description="The adult who came with a minor.")
    adult_impossible: AdultImpossible | None = Field(default=None, description="Why no adult could come.")


async def hold_hearing(case_id: UUID, command: HoldHearing, act: Act) -> Decision[Recall]:
    """Raises as competent_case and the domain's hold_hearing."""
    case = await competent_case(act, case_id)
    decision = hearing.hold_hearing(
        case,
        Hearing(**command.model_dump()),
        rules=reference.recall_rules(day_of(act.now)),
        now=act.now,
    )
    await store.save_recall(act.tx, decision.state)
    await schedule_reviews(act, decision.state)
    await history.keep(act, decision)
    await counting.count(act, RecallStage.HEARD, decision.state)
    return decision
