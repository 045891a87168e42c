"""What may be counted of a recall: codes and a month, under an id that is used once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from schemas.events.statistics import RecallStage, RecallStatisticRecorded
from services.cases.domain.days import month_of
from services.cases.domain.recall import Recall
from services.chassis.decisions import Aggregate, Decision


@dataclass(frozen=True, kw_only=True)
class Statistic(Aggregate):
    """Exists only as its one fact; nothing is stored of it."""


def count_recall(statistic_id: UUID, stage: RecallStage, case: Recall, *, on: date) -> Decision[Statistic]:
    """The fact that some recall reached `stage` on a day, cut to the month. `case` is the case after the step."""
    return Statistic(id=statistic_id).after(
        RecallStatisticRecorded(
            statistic_id=statistic_id,
            stage=stage,
            month=month_of(on),
            commune=case.commune,
            motive=case.motive,
            age_band=case.age_band,
            origin=case.origin,
            outcome=case.outcome if stage is RecallStage.CLOSED else None,
            rejection_reason=case.rejection_reason if stage is RecallStage.REJECTED else None,
        )
    )
