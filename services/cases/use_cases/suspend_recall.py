"""Stop a case: a complaint or an inquiry became known."""

from __future__ import annotations

from uuid import UUID

from schemas.events.cases import SuspensionReason
from services.cases import history, store
from services.cases.domain import prosecution
from services.cases.domain.recall import Recall
from services.cases.locking import competent_case
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class SuspendRecall(Command):
    """Stop everything at once, until the prosecutor's office has spoken."""

    reason: SuspensionReason


async def suspend_recall(case_id: UUID, command: SuspendRecall, act: Act) -> Decision[Recall]:
    """Raises as competent_case and the domain's suspend_recall."""
    case = await competent_case(act, case_id)
    decision = prosecution.suspend_recall(case, command.reason)
    await store.save_recall(act.tx, decision.state)
    await history.keep(act, decision)
    return decision
