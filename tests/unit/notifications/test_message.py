from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from schemas.events.bodies import Seat
from services.notifications.domain.delivery import Delivery
from services.notifications.mail.message import Sender, message
from services.notifications.wording import meetings
from tests.unit.notifications.deliveries import TUESDAY, delivery
from tests.unit.notifications.test_calendar_entry import MEETING
from tests.unit.notifications.test_letters import SOURCE

SENDER = Sender(address="cispd@agglo.example", name="CISPD Grand Calais")


def convocation() -> Delivery:
    letter = meetings.convened(MEETING, Seat.BY_RIGHT, SOURCE)
    return delivery(letter=letter.to_json(), entry=MEETING.entry("https://cispd.example/m").to_json())


def written(one: Delivery, at: datetime = TUESDAY) -> EmailMessage:
    mail = message(one, to="cabinet@pref.example", name="Préfecture, cabinet", sender=SENDER, at=at)
    parsed = message_from_bytes(mail.as_bytes(), policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_the_message_id_is_that_of_the_delivery_whatever_the_attempt() -> None:
    later = datetime(2017, 1, 5, tzinfo=UTC)
    assert written(convocation())["Message-ID"] == written(convocation(), later)["Message-ID"]
    assert written(convocation())["Message-ID"] == f"<{convocation().id}@agglo.example>"


def test_headers_keep_their_accents_and_their_unbreakable_spaces() -> None:
    mail = written(convocation())
    assert mail["Subject"] == "Convocation, assemblée plénière du vendredi 20\u00a0janvier 2017 à\u00a014\u00a0h"
    assert mail["To"].addresses[0].addr_spec == "cabinet@pref.example"
    assert mail["To"].addresses[0].display_name == "Préfecture, cabinet"


def test_text_html_and_invitation_are_alternatives_and_the_file_is_attached() -> None:
    mail = written(convocation())
    kinds = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar", "application/ics"]
    invitation = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert invitation.get_param("method") == "REQUEST"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["reunion.ics"]
    assert "Assemblée plénière" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_letter_about_something_else_brings_no_calendar() -> None:
    without = delivery(letter=convocation().letter)
    assert [part.get_content_type() for part in written(without).walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
    ]


def test_no_line_on_the_wire_is_longer_than_the_protocol_allows() -> None:
    raw = message(convocation(), to="a@b.example", name="N" * 70 + " é", sender=SENDER, at=TUESDAY).as_bytes()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
