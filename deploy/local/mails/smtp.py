"""The SMTP side: takes every message and refuses none."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.mails.mailbox import Mailbox
from deploy.local.ports import LOOPBACK


class _Keep:
    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        self.mailbox.keep(envelope.rcpt_tos, content if isinstance(content, bytes) else (content or "").encode())
        return f"250 2.0.0 kept as {len(self.mailbox.messages)}"


@asynccontextmanager
async def receiving(mailbox: Mailbox, port: int) -> AsyncIterator[None]:
    """Listens on loopback while the block runs."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(_Keep(mailbox), hostname="courriels.local", enable_SMTPUTF8=True, loop=loop), LOOPBACK, port
    )
    async with server:
        yield
