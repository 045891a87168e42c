"""Tries again a delivery that was given up."""

from __future__ import annotations

from uuid import UUID

from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.notifications import store
from services.notifications.domain.delivery import Delivery


class RetryDelivery(Command):
    """Try again a delivery that was given up, with all its attempts before it."""


async def retry_delivery(delivery_id: UUID, command: RetryDelivery, act: Act) -> Decision[Delivery]:
    delivery = act.current(await store.lock_delivery(act.tx, delivery_id))
    decision = delivery.asked_again(now=act.now)
    await store.save_delivery(act.tx, decision.state)
    return decision
