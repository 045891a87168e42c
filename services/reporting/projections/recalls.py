"""Steps of recalls, from class C statistics only: coded, cut to the month, joined to nothing."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.envelope import Envelope
from schemas.events.statistics import RecallStatisticRecorded
from services.chassis.projections import Change, Projection, Table

RECALL_STEP = Table(
    "recall_step",
    key=("statistic_id",),
    kept=frozenset({"stage", "month", "commune", "motive", "outcome", "rejection_reason"}),
)

recalls = Projection("recalls", RECALL_STEP)


@recalls.on(RecallStatisticRecorded)
def on_recall_statistic_recorded(event: RecallStatisticRecorded, cause: Envelope) -> Iterator[Change]:
    yield RECALL_STEP.put(
        statistic_id=event.statistic_id,
        stage=event.stage,
        month=event.month,
        commune=event.commune,
        motive=event.motive,
        outcome=event.outcome,
        rejection_reason=event.rejection_reason,
    )
