"""Deliveries to institutions and their outcome."""

from __future__ import annotations

from schemas.events.deliveries import DeliveryFailed, DeliveryScheduled, DeliverySent
from services.chassis.act import Act
from services.chassis.subscriptions import Subscriptions
from services.reporting import store
from services.reporting.projections.moment import told_at

deliveries = Subscriptions()


@deliveries.on(DeliveryScheduled)
async def on_delivery_scheduled(event: DeliveryScheduled, act: Act) -> None:
    await _save(event, act, "waiting")


@deliveries.on(DeliverySent)
async def on_delivery_sent(event: DeliverySent, act: Act) -> None:
    await _save(event, act, "sent")


@deliveries.on(DeliveryFailed)
async def on_delivery_failed(event: DeliveryFailed, act: Act) -> None:
    await _save(event, act, "failed")


async def _save(event: DeliveryScheduled | DeliverySent | DeliveryFailed, act: Act, state: str) -> None:
    await store.save_delivery(
        act.tx, event.delivery_id, event.institution_id, event.channel, event.subject, state, told_at(act)
    )
