"""A meeting as a calendar entry (RFC 5545, RFC 5546): one UID for its whole life, a growing SEQUENCE, Paris time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from services.chassis.french import local

_PRODUCT = "-//CISPD Grand Calais//Reunions//FR"
# The rule of the European Union since 1996; the library's own table of dates ends in 2038 and fills a page.
_PARIS = Timezone.from_ical(
    "\r\n".join(
        (
            "BEGIN:VTIMEZONE",
            "TZID:Europe/Paris",
            "BEGIN:DAYLIGHT",
            "DTSTART:19960331T020000",
            "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
            "TZNAME:CEST",
            "TZOFFSETFROM:+0100",
            "TZOFFSETTO:+0200",
            "END:DAYLIGHT",
            "BEGIN:STANDARD",
            "DTSTART:19961027T030000",
            "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
            "TZNAME:CET",
            "TZOFFSETFROM:+0200",
            "TZOFFSETTO:+0100",
            "END:STANDARD",
            "END:VTIMEZONE",
        )
    )
)


class Method(StrEnum):
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """`sequence` is the fact's own; a calendar keeps the entry with the highest."""

    meeting_id: UUID
    sequence: int
    method: Method
    summary: str
    starts_at: datetime
    ends_at: datetime
    place: str
    address: str

    def to_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "meeting_id": str(self.meeting_id),
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        return cls(
            **{
                **found,
                "meeting_id": UUID(found["meeting_id"]),
                "method": Method(found["method"]),
                "starts_at": datetime.fromisoformat(found["starts_at"]),
                "ends_at": datetime.fromisoformat(found["ends_at"]),
            }
        )


def ics(entry: CalendarEntry, *, organizer: str, stamp: datetime, attendee: tuple[str, str] | None = None) -> bytes:
    """The entry as an .ics file; the same arguments give the same bytes.

    `organizer` is a mail address, `attendee` the name and address of the institution told (none when published),
    `stamp` when the entry was made.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", str(entry.method))
    calendar.add_component(_PARIS)
    calendar.add_component(_event(entry, organizer, stamp, attendee))
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry, organizer: str, stamp: datetime, attendee: tuple[str, str] | None) -> Event:
    event = Event()
    event.add("uid", str(entry.meeting_id))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", stamp)
    event.add("dtstart", local(entry.starts_at))
    event.add("dtend", local(entry.ends_at))
    event.add("summary", entry.summary)
    event.add("location", entry.place)
    event.add("url", entry.address)
    event.add("status", "CANCELLED" if entry.method is Method.CANCEL else "CONFIRMED")
    event.add("organizer", _person(organizer, "CISPD Grand Calais"))
    if attendee:
        name, address = attendee
        guest = _person(address, name)
        guest.params["PARTSTAT"] = vText("NEEDS-ACTION")
        guest.params["RSVP"] = vText("FALSE")
        event.add("attendee", guest)
    return event


def _person(address: str, name: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    person.params["CN"] = vText(name)
    return person
