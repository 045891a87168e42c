"""Deliveries to institutions and their outcome."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.envelope import Envelope
from schemas.events.deliveries import DeliveryFailed, DeliveryScheduled, DeliverySent
from services.chassis.projections import Change, Projection, Table

DELIVERY = Table(
    "delivery", key=("delivery_id",), kept=frozenset({"institution_id", "channel", "subject", "scheduled_at"})
)

deliveries = Projection("deliveries", DELIVERY)


@deliveries.on(DeliveryScheduled)
def on_delivery_scheduled(event: DeliveryScheduled, cause: Envelope) -> Iterator[Change]:
    yield _delivery(event, cause, "waiting")


@deliveries.on(DeliverySent)
def on_delivery_sent(event: DeliverySent, cause: Envelope) -> Iterator[Change]:
    yield _delivery(event, cause, "sent")


@deliveries.on(DeliveryFailed)
def on_delivery_failed(event: DeliveryFailed, cause: Envelope) -> Iterator[Change]:
    yield _delivery(event, cause, "failed")


def _delivery(event: DeliveryScheduled | DeliverySent | DeliveryFailed, cause: Envelope, state: str) -> Change:
    """The first fact of a delivery says when it was scheduled."""
    return DELIVERY.put(
        delivery_id=event.delivery_id,
        institution_id=event.institution_id,
        channel=event.channel,
        subject=event.subject,
        state=state,
        scheduled_at=cause.time,
        told_at=cause.time,
    )
