"""The dialogue with the mail server (RFC 5321): one connection for as long as there is something to send."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage

import aiosmtplib

from schemas.events.deliveries import FailureReason
from services.notifications.outcomes import Accepted, Deferred, NoWayOut, Outcome, Refused
from services.notifications.settings import NotificationsSettings

# Together below the lease of a delivery (store.LEASE_SECONDS), so that no other worker takes it meanwhile.
CONNECT_SECONDS, DIALOGUE_SECONDS = 8.0, 14.0


class MailServer:
    """Opens its connection at the first message and again after a fault."""

    def __init__(self, settings: NotificationsSettings) -> None:
        self._settings = settings
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, mail: EmailMessage) -> Outcome:
        """Hands one message over. Never raises for what the server does or fails to do."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                client = await self._connected()
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as fault:
            await self.close()
            return NoWayOut(f"Le serveur de messagerie ne répond pas ({type(fault).__name__}).")
        try:
            async with asyncio.timeout(DIALOGUE_SECONDS):
                _, answer = await client.send_message(mail)
                return Accepted(f"250 {answer}")
        except aiosmtplib.SMTPException as fault:
            return await self._outcome(fault)
        except (OSError, TimeoutError) as fault:
            await self.close()
            return Deferred(f"Dialogue interrompu ({type(fault).__name__}).")

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        try:
            async with asyncio.timeout(2):
                await client.quit()
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            client.close()

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is None or not self._client.is_connected:
            password = self._settings.smtp_password
            client = aiosmtplib.SMTP(
                hostname=self._settings.smtp_host,
                port=self._settings.smtp_port,
                start_tls=self._settings.smtp_starttls,
                username=self._settings.smtp_user,
                password=password.get_secret_value() if password else None,
                timeout=DIALOGUE_SECONDS,
            )
            await client.connect()
            self._client = client
        return self._client

    async def _outcome(self, fault: aiosmtplib.SMTPException) -> Outcome:
        if isinstance(fault, aiosmtplib.SMTPRecipientsRefused):
            first = fault.recipients[0]
            return _judged(first.code, first.message, FailureReason.ADDRESS_REFUSED)
        if isinstance(fault, aiosmtplib.SMTPResponseException) and fault.code != 421:
            return _judged(fault.code, fault.message, FailureReason.REFUSED_BY_SERVER)
        await self.close()
        # The server may have taken it before the line broke: the next attempt bears the same Message-ID.
        return Deferred(f"Dialogue interrompu ({type(fault).__name__}).")


def _judged(code: int, text: str, reason: FailureReason) -> Outcome:
    answer = f"{code} {' '.join(text.split())}"
    return Refused(reason, answer) if code >= 500 else Deferred(answer)
