"""Received messages, each a file as it came over the wire."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Received:
    """A message; `number` counts from 1 in the order of arrival, `received` is real time. Read at most once."""

    number: int
    received: datetime
    envelope_to: tuple[str, ...]
    content: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)

    def text(self) -> str:
        """The plain text, or nothing when there is none."""
        return self._body("plain")

    def html(self) -> str:
        return self._body("html")

    def parts(self) -> list[tuple[str, str, bytes]]:
        """Every attached part and every calendar: file name, media type, content."""
        found = []
        for part in self.message.walk():
            kind = part.get_content_type()
            if part.get_content_disposition() == "attachment" or kind == "text/calendar":
                content = part.get_payload(decode=True)
                found.append((part.get_filename() or kind, kind, content if isinstance(content, bytes) else b""))
        return found

    @cached_property
    def summary(self) -> dict[str, Any]:
        """What the JSON list says of it."""
        message = self.message
        return {
            "number": self.number,
            "received": self.received.isoformat(),
            "to": list(self.envelope_to),
            "from": str(message["from"] or ""),
            "subject": str(message["subject"] or ""),
            "message_id": str(message["message-id"] or ""),
            "headers": [[name, str(value)] for name, value in message.items()],
            "text": self.text(),
            "html": self.html(),
            "attachments": [
                {"name": name, "type": kind, "text": content.decode(errors="replace") if "text/" in kind else None}
                for name, kind, content in self.parts()
            ],
        }

    def _body(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part is not None else ""


class Mailbox:
    """The messages in `folder`; those of an earlier start are kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.messages = [self._read(file) for file in sorted(folder.glob("*.eml"))]

    def keep(self, envelope_to: list[str], content: bytes) -> Received:
        """Stores a message; it is on disk when this returns."""
        number = len(self.messages) + 1
        received = Received(number, datetime.now(UTC), tuple(envelope_to), content)
        file = self.folder / f"{number:06}.eml"
        file.with_suffix(".to").write_text("\n".join([received.received.isoformat(), *envelope_to]))
        file.write_bytes(content)
        self.messages.append(received)
        return received

    def number(self, number: int) -> Received | None:
        return self.messages[number - 1] if 0 < number <= len(self.messages) else None

    def find(self, to: str = "", subject: str = "") -> list[Received]:
        """Latest first; `to` is an address, `subject` a part of it."""
        return [
            mail
            for mail in reversed(self.messages)
            if (not to or to in mail.envelope_to) and subject.lower() in str(mail.message["subject"]).lower()
        ]

    def _read(self, file: Path) -> Received:
        received, *envelope_to = file.with_suffix(".to").read_text().splitlines()
        content = file.read_bytes()
        return Received(int(file.stem), datetime.fromisoformat(received), tuple(envelope_to), content)
