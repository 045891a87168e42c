"""What a command says of an institution's channels."""

from __future__ import annotations

from pydantic import Field

from schemas.events.deliveries import DeliverySubject
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.notifications.domain.partner import Partner, Webhook
from services.notifications.sealing import seal
from services.notifications.settings import NotificationsSettings


class Channels(Command):
    """`webhook_secret` may be left out when the address of the webhook stays the same."""

    email: str | None = Field(default=None, max_length=254, description="Address that receives messages.")
    webhook_url: str | None = Field(default=None, max_length=500, description="Where the partner's system listens.")
    webhook_secret: str | None = Field(
        default=None, max_length=200, repr=False, description="Shared secret of Standard Webhooks, whsec_…"
    )
    muted: list[DeliverySubject] = Field(default=[], max_length=20, description="Optional messages not wanted.")

    def given_to(self, partner: Partner, settings: NotificationsSettings) -> Decision[Partner]:
        """The partner with these channels. Raises the refusals of Partner.with_channels and WebhooksNotAvailable."""
        return partner.with_channels(
            email=self.email or None,
            webhook=self._webhook(partner, settings),
            muted=self.muted,
            local=settings.environment == "local",
        )

    def _webhook(self, partner: Partner, settings: NotificationsSettings) -> Webhook | None:
        if not self.webhook_url:
            return None
        if self.webhook_secret:
            return Webhook(url=self.webhook_url, secret=seal(self.webhook_secret, settings.partner_secrets_key))
        kept = partner.webhook if partner.webhook and partner.webhook.url == self.webhook_url else None
        return Webhook(url=self.webhook_url, secret=kept.secret if kept else b"")
