"""Webhooks as a way out."""

from __future__ import annotations

import asyncio
from datetime import datetime

import httpx
from cryptography.fernet import InvalidToken
from pydantic import SecretStr

from schemas.events.deliveries import Channel, FailureReason
from services.chassis.clock import Clock
from services.chassis.running import Running
from services.notifications.delivering import deliver
from services.notifications.domain.delivery import Delivery
from services.notifications.domain.partner import Partner
from services.notifications.outcomes import Accepted, Deferred, NoWayOut, Outcome, Refused
from services.notifications.sealing import unseal
from services.notifications.settings import NotificationsSettings
from services.notifications.webhooks.payload import payload, signed_headers

# Below the lease of a delivery (store.LEASE_SECONDS).
ANSWER_SECONDS = 15.0
# Worth another attempt although the receiver answered 4xx: too early, busy, or asked to slow down.
_LATER = frozenset({408, 409, 423, 425, 429})


class WebhookCarrier:
    """Posts to the partner's address; every 2xx is an acceptance, a redirect is not followed."""

    channel = Channel.WEBHOOK
    span = "post webhook"
    needs = "partner systems"

    def __init__(self, settings: NotificationsSettings) -> None:
        self._key: SecretStr | None = settings.partner_secrets_key
        self._client = httpx.AsyncClient(timeout=ANSWER_SECONDS, follow_redirects=False)

    def destination(self, partner: Partner) -> str:
        return partner.webhook.url if partner.webhook else ""

    async def carry(self, delivery: Delivery, partner: Partner, at: datetime) -> Outcome:
        assert partner.webhook is not None, "a delivery without an address is not taken"
        if self._key is None:
            return NoWayOut("CISPD_PARTNER_SECRETS_KEY is not set")
        try:
            secret = unseal(partner.webhook.secret, self._key)
        except InvalidToken:
            return Deferred("Le secret partagé ne peut pas être lu avec la clé actuelle.")
        body = payload(delivery)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await self._client.post(
                    partner.webhook.url,
                    content=body,
                    headers=signed_headers(delivery, body, secret, Clock.wall()),
                )
        except (httpx.HTTPError, TimeoutError) as fault:
            return Deferred(f"Le système du partenaire ne répond pas ({type(fault).__name__}).")
        return _judged(answer.status_code)

    async def rest(self) -> None:
        """Connections are kept: httpx closes those that stay idle."""


def _judged(status: int) -> Outcome:
    said = f"HTTP {status}"
    if 200 <= status < 300:
        return Accepted(said)
    if status == 410 or (300 <= status < 500 and status not in _LATER):
        return Refused(FailureReason.REFUSED_BY_SERVER, said)
    return Deferred(said)


async def deliver_webhooks(running: Running) -> None:
    """The worker for webhooks."""
    await deliver(running, WebhookCarrier(running.settings))
