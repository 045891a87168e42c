"""The notifications service: tells institutions what concerns them, and keeps the proof."""

from __future__ import annotations

from services.chassis.service import Service
from services.notifications.settings import NotificationsSettings

SERVICE = Service(
    name="notifications",
    package="services.notifications",
    settings=NotificationsSettings,
    routes="services.notifications.web:ROUTES",
    subscriptions="services.notifications.subscriptions:subscriptions",
    workers="services.notifications.workers:WORKERS",
)
