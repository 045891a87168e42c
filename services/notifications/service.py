"""The notifications service: tells institutions what concerns them, and keeps the proof."""

from __future__ import annotations

from services.chassis.service import Service, Worker
from services.notifications.mail.carrier import deliver_mail
from services.notifications.pages import deliveries, delivery, directory, meeting_file, todo
from services.notifications.routes import routes
from services.notifications.settings import NotificationsSettings
from services.notifications.subscriptions import subscriptions
from services.notifications.webhooks.carrier import deliver_webhooks

SERVICE = Service(
    name="notifications",
    package="services.notifications",
    settings=NotificationsSettings,
    # Fixed addresses before the one that takes an id.
    routes=[routes, todo.routes, directory.routes, meeting_file.routes, deliveries.routes, delivery.routes],
    subscriptions=subscriptions,
    workers=[Worker("deliver-email", deliver_mail), Worker("deliver-webhook", deliver_webhooks)],
)
