"""Move a hearing that has not taken place."""

from __future__ import annotations

from uuid import UUID

from pydantic import AwareDatetime, Field

from services.cases import history, reference, store
from services.cases.domain import summoning
from services.cases.domain.days import day_of
from services.cases.domain.recall import Recall
from services.cases.locking import competent_case
from services.cases.texts import Line
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class RescheduleHearing(Command):
    """Give the person another day, after an excuse or because the town asks; a new letter goes out."""

    hearing_at: AwareDatetime = Field(description="New day and hour of the hearing, with its offset.")
    place: Line = Field(description="Room of the town hall.")


async def reschedule_hearing(case_id: UUID, command: RescheduleHearing, act: Act) -> Decision[Recall]:
    """Raises as competent_case and the domain's reschedule_hearing."""
    case = await competent_case(act, case_id)
    decision = summoning.reschedule_hearing(
        case,
        hearing_at=command.hearing_at,
        place=command.place,
        rules=reference.recall_rules(day_of(act.now)),
        now=act.now,
    )
    await store.save_recall(act.tx, decision.state)
    await history.keep(act, decision)
    return decision
