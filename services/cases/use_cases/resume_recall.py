"""Let a stopped case go on, once the prosecutor's office has spoken."""

from __future__ import annotations

from uuid import UUID

from services.cases import history, store
from services.cases.domain import prosecution
from services.cases.domain.recall import Recall
from services.cases.follow_up import schedule_reviews
from services.cases.locking import competent_case
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class ResumeRecall(Command):
    """Let a suspended case go on from where it was."""


async def resume_recall(case_id: UUID, command: ResumeRecall, act: Act) -> Decision[Recall]:
    """Raises as competent_case, or RecallNotSuspended."""
    case = await competent_case(act, case_id)
    decision = prosecution.resume_recall(case)
    await store.save_recall(act.tx, decision.state)
    await schedule_reviews(act, decision.state)
    await history.keep(act, decision)
    return decision
