"""Steps of recalls, from class C statistics only: coded, cut to the month, joined to nothing."""

from __future__ import annotations

from schemas.events.statistics import RecallStatisticRecorded
from services.chassis.act import Act
from services.chassis.subscriptions import Subscriptions
from services.reporting import store

recalls = Subscriptions()


@recalls.on(RecallStatisticRecorded)
async def on_recall_statistic_recorded(event: RecallStatisticRecorded, act: Act) -> None:
    await store.save_recall_step(
        act.tx,
        event.statistic_id,
        event.stage,
        event.month,
        event.commune,
        event.motive,
        event.outcome,
        event.rejection_reason,
    )
