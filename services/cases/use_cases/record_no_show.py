"""Record that the person did not come."""

from __future__ import annotations

from uuid import UUID

from schemas.events.cases import RecallState
from schemas.events.statistics import RecallStage
from services.cases import counting, history, reference, store
from services.cases.domain import summoning
from services.cases.domain.days import day_of
from services.cases.domain.recall import Recall
from services.cases.locking import competent_case
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class RecordNoShow(Command):
    """Record an absence; after as many as the rules allow, the recall is let go by."""


async def record_no_show(case_id: UUID, command: RecordNoShow, act: Act) -> Decision[Recall]:
    """Raises as competent_case and check_no_show."""
    case = await competent_case(act, case_id)
    decision = summoning.record_no_show(case, rules=reference.recall_rules(day_of(act.now)), now=act.now)
    await store.save_recall(act.tx, decision.state)
    await history.keep(act, decision)
    await counting.count(act, RecallStage.ABSENT, decision.state)
    if decision.state.state is RecallState.REFUSED:
        await counting.count(act, RecallStage.REFUSED, decision.state)
    return decision
