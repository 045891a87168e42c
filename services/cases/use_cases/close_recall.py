"""Close a case with its outcome."""

from __future__ import annotations

from uuid import UUID

from schemas.events.statistics import RecallOutcome, RecallStage
from services.cases import counting, history, reference, store
from services.cases.domain import hearing
from services.cases.domain.days import day_of
from services.cases.domain.recall import Recall
from services.cases.locking import competent_case
from services.chassis import timers
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class CloseRecall(Command):
    """Close a case that was heard, or that the person let go by. The outcome is told to the office by letter."""

    outcome: RecallOutcome


async def close_recall(case_id: UUID, command: CloseRecall, act: Act) -> Decision[Recall]:
    """Raises as competent_case and the domain's close_recall."""
    for rank in (1, 2):
        await timers.cancel(act.tx, "recall-follow-up", f"{case_id}:{rank}")
    case = await competent_case(act, case_id)
    decision = hearing.close_recall(case, command.outcome, rules=reference.recall_rules(day_of(act.now)), now=act.now)
    await store.save_recall(act.tx, decision.state)
    await history.keep(act, decision)
    await counting.count(act, RecallStage.CLOSED, decision.state)
    return decision
