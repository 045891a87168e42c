from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from icalendar import Calendar

from schemas.events.bodies import BodyKind
from services.chassis.french import PARIS
from services.notifications.domain.calendar_entry import CalendarEntry, Method, ics
from services.notifications.domain.meeting import Meeting

MEETING = Meeting(
    id=UUID(int=5),
    body_name="Assemblée plénière",
    body_kind=BodyKind.PLENARY,
    theme=None,
    subject="Installation du conseil",
    starts_at=datetime(2017, 1, 20, 13, tzinfo=UTC),
    ends_at=datetime(2017, 1, 20, 14, 45, tzinfo=UTC),
    place="Hôtel communautaire, salle du conseil, Calais",
    agenda=("Installation",),
    sequence=0,
)
STAMP = datetime(2017, 1, 3, 9, tzinfo=UTC)


def file(entry: CalendarEntry) -> Calendar:
    return Calendar.from_ical(
        ics(entry, organizer="cispd@agglo.example", stamp=STAMP, attendee=("Préfecture", "cabinet@pref.example"))
    )


def test_a_convened_meeting_is_a_request_in_paris_time() -> None:
    calendar = file(MEETING.entry("https://cispd.example/m"))
    event = calendar.walk("VEVENT")[0]
    assert calendar["METHOD"] == "REQUEST"
    assert event["UID"] == str(MEETING.id)
    assert event["DTSTART"].params["TZID"] == "Europe/Paris"
    assert event["DTSTART"].dt == datetime(2017, 1, 20, 14, tzinfo=PARIS)
    assert (event["STATUS"], event["ATTENDEE"]) == ("CONFIRMED", "mailto:cabinet@pref.example")
    assert event["SUMMARY"] == "Assemblée plénière\u00a0: Installation du conseil"


def test_a_moved_meeting_keeps_its_uid_and_grows_its_sequence() -> None:
    before = file(MEETING.entry("https://cispd.example/m")).walk("VEVENT")[0]
    after = file(replace(MEETING, sequence=1).entry("https://cispd.example/m")).walk("VEVENT")[0]
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)


def test_a_cancelled_meeting_is_withdrawn_from_calendars() -> None:
    calendar = file(replace(MEETING, cancelled=True, sequence=2).entry("https://cispd.example/m"))
    assert (calendar["METHOD"], calendar.walk("VEVENT")[0]["STATUS"]) == ("CANCEL", "CANCELLED")


def test_the_same_entry_gives_the_same_bytes_also_after_storage() -> None:
    entry = MEETING.entry("https://cispd.example/m", method=Method.PUBLISH)
    stored = CalendarEntry.from_json(entry.to_json())
    assert ics(entry, organizer="a@b.example", stamp=STAMP) == ics(stored, organizer="a@b.example", stamp=STAMP)


def test_summer_time_is_that_of_the_european_union() -> None:
    zone = file(MEETING.entry("https://cispd.example/m")).walk("VTIMEZONE")[0].to_tz()
    assert datetime(2017, 7, 1, tzinfo=zone).utcoffset() == datetime(2017, 7, 1, tzinfo=PARIS).utcoffset()
    assert datetime(2017, 12, 1, tzinfo=zone).utcoffset() == datetime(2017, 12, 1, tzinfo=PARIS).utcoffset()
