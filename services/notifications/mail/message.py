"""A delivery as an e-mail (RFC 5322): the same delivery and address give the same message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID

from services.chassis.french import local
from services.notifications.domain.calendar_entry import CalendarEntry, ics
from services.notifications.domain.delivery import Delivery
from services.notifications.domain.letter import Letter
from services.notifications.domain.plain_text import plain_text
from services.notifications.mail.html import html

ICS_NAME = "reunion.ics"


@dataclass(frozen=True, kw_only=True)
class Sender:
    """`address` of our messages and the name shown with it."""

    address: str
    name: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def message_id(delivery_id: UUID, sender: Sender) -> str:
    """Stable, so that a message sent again after a crash is recognised as the same."""
    return f"<{delivery_id}@{sender.domain}>"


def message(delivery: Delivery, *, to: str, name: str, sender: Sender, at: datetime) -> EmailMessage:
    """`to` and `name` are the institution's; `at` is the date it bears."""
    letter = Letter.from_json(delivery.letter)
    mail = EmailMessage(policy=SMTP.clone(max_line_length=76))
    mail["Message-ID"] = message_id(delivery.id, sender)
    mail["Date"] = format_datetime(local(at))
    mail["From"] = Address(sender.name, addr_spec=sender.address)
    mail["To"] = Address(name, addr_spec=to)
    mail["Subject"] = letter.subject
    mail["Content-Language"] = "fr"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(plain_text(letter), cte="quoted-printable")
    mail.add_alternative(html(letter), subtype="html", cte="quoted-printable")
    if delivery.entry:
        entry = CalendarEntry.from_json(delivery.entry)
        _add_entry(mail, entry, ics(entry, organizer=sender.address, stamp=delivery.created_at, attendee=(name, to)))
    return mail


def _add_entry(mail: EmailMessage, entry: CalendarEntry, content: bytes) -> None:
    # Once for programs that read the invitation inside the message, once for those that open a file.
    mail.add_alternative(
        content, maintype="text", subtype="calendar", params={"method": str(entry.method), "charset": "utf-8"}
    )
    mail.add_attachment(content, maintype="application", subtype="ics", filename=ICS_NAME)
