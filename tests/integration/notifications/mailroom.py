"""A real SMTP server that can be told how to answer, opened and closed."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.ports import LOOPBACK, free_port


@dataclass
class Mailroom:
    """`answers` go to the next messages in turn, then every message is taken; `refused` are unknown addresses."""

    port: int = field(default_factory=free_port)
    answers: deque[str] = field(default_factory=deque)
    refused: set[str] = field(default_factory=set)
    taken: list[EmailMessage] = field(default_factory=list)
    _server: asyncio.Server | None = None

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, hostname="mailroom.test", enable_SMTPUTF8=True, loop=loop), LOOPBACK, self.port
        )

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 unknown mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answers and not (answer := self.answers.popleft()).startswith("2"):
            return answer
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.taken.append(mail)
        return f"250 2.0.0 kept as {len(self.taken)}"

    def to(self, address: str) -> list[EmailMessage]:
        """What was taken for one address."""
        return [mail for mail in self.taken if mail["To"].addresses[0].addr_spec == address]
