"""Every letter, as text and as HTML: complete, typographically right, and silent about what it must not say."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from schemas.events import outreach, plans
from schemas.events.bodies import InstitutionKind, Seat
from schemas.events.deliveries import DeliverySubject
from schemas.events.meetings import ChangeReason
from services.chassis.french import typography
from services.notifications.domain.letter import Letter
from services.notifications.domain.plain_text import COLUMNS, plain_text
from services.notifications.mail.html import html
from services.notifications.wording import cases as case_wording
from services.notifications.wording import meetings
from services.notifications.wording import outreach as outreach_wording
from services.notifications.wording import plans as plan_wording
from services.notifications.wording.source import Source
from tests.unit.notifications.test_calendar_entry import MEETING

SOURCE = Source(public_url="https://cispd.example", delivery_id=UUID("5f0c1e0a-7f4e-5b0b-9a55-3f3f0a1d7c11"))
BEFORE = datetime(2017, 1, 17, 13, tzinfo=UTC)
CASE = UUID("01950a3e-5b7c-7000-8000-000000000001")
SIGNATORY = plans.Signatory(
    institution_id=UUID(int=3), name="Préfecture du Pas-de-Calais", kind=InstitutionKind.PREFECTURE
)
PLAN = {"plan_id": UUID(int=4), "title": "Plan local de prévention 2017-2020", "signatories": [SIGNATORY]}
SESSION = {
    "session_id": UUID(int=6),
    "commune": "62193",
    "district": "beau-marais",
    "district_name": "Beau-Marais",
    "starts_at": BEFORE,
}
LETTERS: dict[str, Callable[[], Letter]] = {
    "convened": lambda: meetings.convened(MEETING, Seat.BY_RIGHT, SOURCE),
    "informed": lambda: meetings.convened(MEETING, None, SOURCE),
    "moved": lambda: meetings.moved(MEETING, BEFORE, ChangeReason.ROOM_UNAVAILABLE, Seat.MAYOR, SOURCE),
    "cancelled": lambda: meetings.cancelled(MEETING, ChangeReason.AGENDA_NOT_READY, Seat.STATE, SOURCE),
    "signature": lambda: plan_wording.signature_requested(
        plans.ActionPlanValidated(**PLAN, meeting_id=UUID(int=5), validated_on=date(2017, 1, 20)), SOURCE
    ),
    "validated": lambda: plan_wording.validated(
        plans.ActionPlanValidated(**PLAN, meeting_id=UUID(int=5), validated_on=date(2017, 1, 20)), SOURCE
    ),
    "signed": lambda: plan_wording.signed(plans.ActionPlanSigned(**PLAN, signed_on=date(2017, 3, 31)), SOURCE),
    "session": lambda: outreach_wording.session_published(
        outreach.DropInSessionPublished(**SESSION, ends_at=BEFORE, place="Maison des services"), SOURCE
    ),
    "no session": lambda: outreach_wording.session_cancelled(outreach.DropInSessionCancelled(**SESSION), SOURCE),
    "flyer": lambda: outreach_wording.publication_published(
        outreach.PublicationPublished(
            publication_id=UUID(int=8),
            kind=outreach.PublicationKind.FLYER,
            title="Violences : qui appeler ?",
            published_on=date(2017, 2, 6),
        ),
        SOURCE,
    ),
    "consultation": lambda: case_wording.consultation(date(2017, 3, 1), SOURCE.recall(CASE), SOURCE),
    **{
        subject: (lambda subject=subject: case_wording.step(subject, date(2017, 3, 1), SOURCE.recall(CASE), SOURCE))  # type: ignore[misc]
        for subject in (
            DeliverySubject.RECALL_CLEARED,
            DeliverySubject.RECALL_OBJECTED,
            DeliverySubject.RECALL_REPLY_OVERDUE,
            DeliverySubject.RECALL_SUSPENDED,
            DeliverySubject.RECALL_CLOSED,
        )
    },
}
CASES = [name for name in LETTERS if name == "consultation" or name.startswith("recall-")]


@pytest.fixture(params=LETTERS)
def letter(request: pytest.FixtureRequest) -> Letter:
    return LETTERS[request.param]()


def test_no_line_of_the_text_is_longer_than_68_columns(letter: Letter) -> None:
    lines = [line for line in plain_text(letter).split("\n") if not line.startswith("https://")]
    assert max(map(len, lines)) <= COLUMNS


def test_no_line_begins_with_a_sign_that_belongs_to_the_one_before(letter: Letter) -> None:
    assert not [line for line in plain_text(letter).split("\n") if re.match(r"\s*[:;!?»%€]", line)]


def test_the_text_is_typographically_right(letter: Letter) -> None:
    text = plain_text(letter)
    assert text == typography(text)
    assert not re.search(r"['→≤≥]|\.\.\.|(?<!\n)-- (?!\n)", text)


def test_the_subject_names_an_act_with_its_full_date_on_one_line(letter: Letter) -> None:
    assert "\n" not in letter.subject
    assert re.search(r"(lundi|mardi|mercredi|jeudi|vendredi) (\d+|1er)\u00a0\w+ 2017", letter.subject)


def test_the_html_says_all_that_the_text_says(letter: Letter) -> None:
    page = html(letter).replace("&#39;", "'").replace("&amp;", "&")
    for part in (letter.title, letter.lead, letter.closing, letter.why, *letter.items, *letter.signature):
        assert part in page
    for label, value in letter.facts:
        assert label in page
        assert value in page
    assert letter.button is not None
    assert f'href="{letter.button[1]}"' in page
    assert letter.button[1] in plain_text(letter).split("\n")


def test_the_html_asks_nothing_of_anybody(letter: Letter) -> None:
    page = html(letter)
    assert not re.search(r"<img|<script|<link|src=|url\(|class=", page)
    assert 'lang="fr"' in page


def test_the_last_lines_say_why_it_was_received_and_its_reference(letter: Letter) -> None:
    last = plain_text(letter).split("-- \n")[1].replace("\n", " ")
    assert last.startswith("Vous recevez ce message parce que votre institution")
    assert "Réf.\u00a05f0c1e0a." in last


@pytest.mark.parametrize("name", CASES)
def test_a_letter_about_a_case_leads_to_its_page_and_says_nothing_of_it(name: str) -> None:
    letter = LETTERS[name]()
    assert letter.button == (
        "Ouvrir le dossier" if name != "consultation" else "Lire le dossier et répondre",
        f"https://cispd.example/dossiers/rappels/{CASE}",
    )
    assert not re.search(r"RO-|62\d{3}|Calais(?! )", plain_text(letter).replace("CISPD Grand Calais", ""))
    assert not letter.items


def test_a_member_is_convened_in_its_capacity_and_the_others_are_informed() -> None:
    assert "vous convoque en qualité de membre de droit" in LETTERS["convened"]().lead
    assert "vous informe" in LETTERS["informed"]().lead


def test_a_moved_meeting_says_when_it_was_and_when_it_is() -> None:
    text = plain_text(LETTERS["moved"]()).replace("\n", " ")
    assert "mardi 17\u00a0janvier 2017 à\u00a014\u00a0h" in text
    assert "vendredi 20\u00a0janvier 2017 à\u00a014\u00a0h" in text


def test_what_somebody_wrote_cannot_become_markup() -> None:
    letter = Letter(subject="s", title="<b>t</b>", lead="l", items=("<script>",), button=("b", "https://x"), why="w")
    assert "<b>t" not in html(letter)
    assert "<script>" not in html(letter)


def test_a_letter_survives_its_storage(letter: Letter) -> None:
    assert Letter.from_json(letter.to_json()) == letter
