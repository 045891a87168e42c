"""Summon the person to the town hall by letter."""

from __future__ import annotations

from uuid import UUID

from pydantic import AwareDatetime, Field

from schemas.events.statistics import RecallStage
from services.cases import counting, history, reference, store
from services.cases.domain import summoning
from services.cases.domain.days import day_of
from services.cases.domain.recall import Recall
from services.cases.locking import competent_case
from services.cases.texts import Line
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class IssueSummons(Command):
    """Summon the person, and for a minor the legal representatives, by letter; again after an absence."""

    hearing_at: AwareDatetime = Field(description="Day and hour of the hearing, with its offset.")
    place: Line = Field(description="Room of the town hall.")


async def issue_summons(case_id: UUID, command: IssueSummons, act: Act) -> Decision[Recall]:
    """Raises as competent_case and the domain's issue_summons."""
    case = await competent_case(act, case_id)
    decision = summoning.issue_summons(
        case,
        hearing_at=command.hearing_at,
        place=command.place,
        rules=reference.recall_rules(day_of(act.now)),
        now=act.now,
    )
    await store.save_recall(act.tx, decision.state)
    await history.keep(act, decision)
    if decision.state.attempts == 1:
        await counting.count(act, RecallStage.SUMMONED, decision.state)
    return decision
