"""Record that the person says no."""

from __future__ import annotations

from uuid import UUID

from schemas.events.statistics import RecallStage
from services.cases import counting, history, store
from services.cases.domain import summoning
from services.cases.domain.recall import Recall
from services.cases.locking import competent_case
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class RefuseRecall(Command):
    """Record that the person will not come; nothing obliges anyone to."""


async def refuse_recall(case_id: UUID, command: RefuseRecall, act: Act) -> Decision[Recall]:
    """Raises as competent_case and check_refusal."""
    case = await competent_case(act, case_id)
    decision = summoning.refuse_recall(case)
    await store.save_recall(act.tx, decision.state)
    await history.keep(act, decision)
    await counting.count(act, RecallStage.REFUSED, decision.state)
    return decision
