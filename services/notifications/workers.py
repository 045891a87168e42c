"""The loops of the service's own: one a channel."""

from __future__ import annotations

from services.chassis.service import Worker
from services.notifications.mail.carrier import deliver_mail
from services.notifications.webhooks.carrier import deliver_webhooks

WORKERS = (Worker("deliver-email", deliver_mail), Worker("deliver-webhook", deliver_webhooks))
