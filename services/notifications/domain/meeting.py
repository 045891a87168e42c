"""A meeting as this service remembers it: what a letter or a calendar entry about it must repeat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.events.bodies import BodyKind, Theme
from services.notifications.domain.calendar_entry import CalendarEntry, Method


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """`agenda` holds the titles of its items, in order; `sequence` is the calendar's."""

    id: UUID
    body_name: str
    body_kind: BodyKind
    theme: Theme | None
    subject: str
    starts_at: datetime
    ends_at: datetime
    place: str
    agenda: tuple[str, ...]
    sequence: int
    cancelled: bool = False

    def entry(self, address: str, *, method: Method | None = None) -> CalendarEntry:
        """Its calendar entry; `address` is that of its page. By default REQUEST, or CANCEL once cancelled."""
        return CalendarEntry(
            meeting_id=self.id,
            sequence=self.sequence,
            method=method or (Method.CANCEL if self.cancelled else Method.REQUEST),
            summary=f"{self.body_name} : {self.subject}".replace(" :", "\u00a0:"),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            place=self.place,
            address=address,
        )
