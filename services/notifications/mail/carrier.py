"""E-mail as a way out."""

from __future__ import annotations

from datetime import datetime

from schemas.events.deliveries import Channel
from services.chassis.running import Running
from services.notifications.delivering import deliver
from services.notifications.domain.delivery import Delivery
from services.notifications.domain.partner import Partner
from services.notifications.mail.message import Sender, message
from services.notifications.mail.smtp import MailServer
from services.notifications.outcomes import Outcome
from services.notifications.settings import NotificationsSettings


class MailCarrier:
    """Writes the message and hands it to the mail server."""

    channel = Channel.EMAIL
    span = "send e-mail"
    needs = "mail server"

    def __init__(self, settings: NotificationsSettings) -> None:
        self._server = MailServer(settings)
        self._sender = Sender(address=settings.mail_from, name=settings.mail_from_name)

    def destination(self, partner: Partner) -> str:
        return partner.email or ""

    async def carry(self, delivery: Delivery, partner: Partner, at: datetime) -> Outcome:
        assert partner.email is not None, "a delivery without an address is not taken"
        return await self._server.send(
            message(delivery, to=partner.email, name=partner.name, sender=self._sender, at=at)
        )

    async def rest(self) -> None:
        await self._server.close()


async def deliver_mail(running: Running) -> None:
    """The worker for e-mail."""
    await deliver(running, MailCarrier(running.settings))
