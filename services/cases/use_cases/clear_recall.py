"""The prosecutor's office does not object."""

from __future__ import annotations

from uuid import UUID

from schemas.events.statistics import RecallStage
from services.cases import counting, history, store
from services.cases.domain import prosecution
from services.cases.domain.recall import Recall
from services.cases.locking import competent_case
from services.chassis import timers
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class ClearRecall(Command):
    """State that the prosecutor's office does not object to the recall."""


async def clear_recall(case_id: UUID, command: ClearRecall, act: Act) -> Decision[Recall]:
    """Raises as competent_case and check_reply."""
    await timers.cancel(act.tx, "prosecutor-reply", str(case_id))
    case = await competent_case(act, case_id)
    decision = prosecution.clear_recall(case, now=act.now)
    await store.save_recall(act.tx, decision.state)
    await history.keep(act, decision)
    await counting.count(act, RecallStage.CLEARED, decision.state)
    return decision
