"""Statistics of recalls: appended beside the fact of the case, never part of its receipt: nothing joins the two."""

from __future__ import annotations

from uuid import uuid4

from schemas.events.statistics import RecallStage
from services.cases.domain.days import day_of
from services.cases.domain.recall import Recall
from services.cases.domain.statistics import count_recall
from services.chassis import outbox
from services.chassis.act import Act


async def count(act: Act, stage: RecallStage, case: Recall) -> None:
    """Tells reporting that some recall reached `stage` today. `case` is the case after the step, already saved."""
    await outbox.append(act.tx, count_recall(uuid4(), stage, case, on=day_of(act.now)), act)
