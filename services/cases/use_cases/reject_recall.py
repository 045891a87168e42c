"""End a case without a recall."""

from __future__ import annotations

from uuid import UUID

from schemas.events.cases import RejectionReason
from schemas.events.statistics import RecallStage
from services.cases import counting, history, store
from services.cases.domain import screening
from services.cases.domain.recall import Recall
from services.cases.locking import competent_case
from services.chassis import timers
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class RejectRecall(Command):
    """Classer sans suite: end a case without a recall, for a reason of the list."""

    reason_code: RejectionReason


async def reject_recall(case_id: UUID, command: RejectRecall, act: Act) -> Decision[Recall]:
    """Raises as competent_case and check_rejection."""
    await timers.cancel(act.tx, "prosecutor-reply", str(case_id))
    case = await competent_case(act, case_id)
    decision = screening.reject_recall(case, command.reason_code, now=act.now)
    await store.save_recall(act.tx, decision.state)
    await history.keep(act, decision)
    await counting.count(act, RecallStage.REJECTED, decision.state)
    return decision
