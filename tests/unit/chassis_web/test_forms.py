"""Posted forms become commands; what is wrong comes back with everything that was typed."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import AwareDatetime, BaseModel, Field
from starlette.datastructures import FormData
from starlette.responses import Response

from services.chassis.commands import Command, Receipt
from services.chassis.errors import (
    CommandIdReused,
    InvalidInput,
    NotAllowed,
    NotFound,
    Refusal,
    StaleVersion,
)
from services.chassis.web.forms import FormState, parse, submit


class Room(StrEnum):
    READING = "reading"


class Line(BaseModel):
    title: str = Field(min_length=1)
    minutes: int


class Contact(BaseModel):
    phone: str


class OpenLibrary(Command):
    opens_at: AwareDatetime
    place: str = Field(min_length=1)
    day: date | None = None
    at: time | None = None
    price: Decimal | None = None
    public: bool = False
    room: Room = Room.READING
    contact: Contact | None = None
    shelves: tuple[UUID, ...] = ()
    lines: tuple[Line, ...] = ()


class TooSoon(Refusal):
    status = 422
    sentence = "La date laisse {days} jours ; il en faut 7."


GOOD = [
    ("opens_at-date", "21/2/17"),
    ("opens_at-time", "14h30"),
    ("place", " Médiathèque "),
    ("lines-0-title", "Bilan"),
    ("lines-0-minutes", "20"),
]


def test_fields_are_read_into_a_command_in_the_time_of_paris() -> None:
    shelf = uuid4()
    command = parse(
        FormData(
            [*GOOD, ("day", "1er mars 2017"), ("at", "9 h"), ("price", "3,50"), ("public", "true"),
             ("contact-phone", "03 21"), ("shelves", str(shelf)), ("lines-3-title", ""), ("lines-3-minutes", " ")]
        ),
        OpenLibrary,
    )  # fmt: skip
    assert command == OpenLibrary(
        opens_at=datetime(2017, 2, 21, 13, 30, tzinfo=UTC),
        place="Médiathèque",
        day=date(2017, 3, 1),
        at=time(9),
        price=Decimal("3.50"),
        public=True,
        contact=Contact(phone="03 21"),
        shelves=(shelf,),
        lines=(Line(title="Bilan", minutes=20),),
    )


def test_every_fault_is_told_at_once_beside_its_field() -> None:
    typed = [
        ("opens_at-date", "30/02/2017"),
        ("opens_at-time", "14h"),
        ("place", ""),
        ("lines-0-title", ""),
        ("lines-2-title", "Achats"),
        ("lines-2-minutes", "une demi-heure"),
    ]
    says = {"place": "Indiquez le lieu.", "lines.minutes": "La durée du point {n} doit être un nombre de minutes."}
    with pytest.raises(InvalidInput) as refused:
        parse(FormData(typed), OpenLibrary, says)
    assert dict(refused.value.faults) == {
        "opens_at": "Le 30/02/2017 n’existe pas dans le calendrier.",
        "place": "Indiquez le lieu.",
        "lines-2-minutes": "La durée du point 2 doit être un nombre de minutes.",
    }


def test_a_date_without_its_hour_asks_for_the_hour() -> None:
    typed = [("opens_at-date", "21/2/17"), ("opens_at-time", ""), ("place", "ici")]
    with pytest.raises(InvalidInput) as refused:
        parse(FormData(typed), OpenLibrary)
    assert [field for field, _ in refused.value.faults] == ["opens_at-time"]


def test_a_fault_of_a_kept_row_names_the_row_of_the_form() -> None:
    typed = [*GOOD[:3], ("lines-0-title", ""), ("lines-4-title", "Achats"), ("lines-4-minutes", "")]
    with pytest.raises(InvalidInput) as refused:
        parse(FormData(typed), OpenLibrary)
    assert [field for field, _ in refused.value.faults] == ["lines-4-minutes"]


def test_values_that_no_field_holds_complete_the_command() -> None:
    assert parse(FormData(GOOD), OpenLibrary, given={"public": True}).public


def test_a_value_outside_the_list_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(FormData([*GOOD, ("room", "kitchen")]), OpenLibrary)
    assert [field for field, _ in refused.value.faults] == ["room"]


def test_what_a_form_is_filled_with_reads_back_as_the_same_command() -> None:
    command = parse(FormData(GOOD), OpenLibrary, given={"day": date(2017, 3, 1), "at": time(9, 5), "public": True})
    form = FormState.blank(command)
    assert parse(form.typed, OpenLibrary) == command


def _posted(*extra: tuple[str, str], fields: list[tuple[str, str]] = GOOD) -> FormState:
    return FormState.posted(FormData([*fields, *extra]), "L'envoi n'est pas prêt")


def test_a_refusal_stands_beside_its_field_with_its_proposal() -> None:
    form = _posted()
    form.refuse(TooSoon(field="opens_at", days=5, proposal=datetime(2017, 2, 23, 13, 30, tzinfo=UTC)), {"opens_at"})
    assert form.status == 422
    assert form.error("opens_at") == "La date laisse 5\u00a0jours\u202f; il en faut 7."
    assert [(fault.id, fault.sentence) for fault in form.faults] == [("opens_at-date", form.error("opens_at"))]
    assert form.headline == "L’envoi n’est pas prêt\u00a0: 1\u00a0point à corriger"
    offer = form.proposal("opens_at")
    assert offer is not None
    assert "jeudi 23\u00a0février 2017 à\u00a014\u00a0h\u00a030" in offer.text


def test_taking_a_proposal_changes_that_field_alone_and_sends_nothing() -> None:
    form = _posted(("take", "opens_at=2017-02-23T13:30:00+00:00"))
    assert form.edit
    assert form.value("opens_at.date") == "23/02/2017"
    assert form.value("opens_at.time") == "14\u00a0h\u00a030"
    assert form.value("place") == " Médiathèque "


def test_a_refusal_of_the_whole_act_has_no_field_to_go_to() -> None:
    form = _posted()
    form.refuse(NotAllowed(), {"place"})
    assert [fault.id for fault in form.faults] == [""]
    assert form.status == 403


def test_a_stale_version_keeps_what_was_typed_and_lets_one_save_again() -> None:
    form = _posted(("version", "3"))
    assert form.version_to_send(7) == 3
    form.refuse(StaleVersion(version=2), set())
    assert form.version_to_send(7) == 7
    assert form.value("place") == " Médiathèque "
    assert form.status == 412


def test_an_id_used_for_something_else_is_replaced() -> None:
    form = _posted(("command_id", "0198a8f0-0000-7000-8000-000000000001"))
    first = form.command_id
    assert str(first).endswith("001")
    form.refuse(CommandIdReused(), set())
    assert form.command_id != first


def test_rows_can_be_added_moved_and_removed() -> None:
    two = [*GOOD, ("lines-1-title", "Achats"), ("lines-1-minutes", "5")]
    added = _posted(("edit", "add:lines"), fields=two)
    assert added.rows("lines") == ["lines-0", "lines-1", "lines-2"]
    assert added.value("lines-2.title") == ""
    moved = _posted(("edit", "up:lines:1"), fields=two)
    assert [moved.value(f"{row}.title") for row in moved.rows("lines")] == ["Achats", "Bilan"]
    removed = _posted(("edit", "remove:lines:0"), fields=two)
    assert [removed.value(f"{row}.title") for row in removed.rows("lines")] == ["Achats"]
    assert removed.value("place") == " Médiathèque "


def test_a_form_shows_as_many_rows_as_it_must() -> None:
    assert FormState.blank().rows("lines", least=2) == ["lines-0", "lines-1"]


class Desk:
    """A Look whose `perform` answers, or raises, what a test says."""

    def __init__(self, fields: list[tuple[str, str]], raises: Refusal | None = None) -> None:
        self.form = FormData(fields)
        self.settings = SimpleNamespace(public_url="http://localhost")
        self.raises = raises
        self.performed: list[dict[str, Any]] = []

    async def perform(self, use_case: Any, target: UUID, command: Any, **details: Any) -> Receipt:
        self.performed.append({"target": target, "command": command, **details})
        if self.raises:
            raise self.raises
        return Receipt(id=target, version=1, events=[])


async def post(desk: Any, **options: Any) -> tuple[Response, list[FormState]]:
    shown: list[FormState] = []

    async def show(form: FormState) -> Response:
        shown.append(form)
        return Response(status_code=form.status)

    details = {"target": None, "then": "/rencontres/{id}", **options}
    response = await submit(desk, lambda *_: None, OpenLibrary, show=show, **details)  # type: ignore[arg-type]
    return response, shown


ID = "0198a8f0-0000-7000-8000-000000000001"


async def test_a_good_form_performs_its_command_once_and_leads_on() -> None:
    desk = Desk([*GOOD, ("command_id", ID), ("version", "4")])
    response, shown = await post(desk)
    assert (response.status_code, response.headers["location"]) == (303, f"/rencontres/{ID}")
    assert not shown
    assert [(str(one["target"]), str(one["command_id"]), one["expected_version"]) for one in desk.performed] == [
        (ID, ID, 4)
    ]


async def test_a_wrong_form_performs_nothing_and_comes_back_with_422() -> None:
    desk = Desk([("place", "")])
    response, shown = await post(desk)
    assert response.status_code == 422
    assert not desk.performed
    assert shown[0].faults


async def test_a_refused_command_comes_back_with_its_status() -> None:
    response, shown = await post(Desk(GOOD, raises=TooSoon(field="opens_at", days=5)))
    assert response.status_code == 422
    assert shown[0].error("opens_at")


async def test_a_button_that_edits_sends_nothing() -> None:
    desk = Desk([*GOOD, ("edit", "add:lines")])
    response, shown = await post(desk)
    assert (response.status_code, desk.performed, len(shown)) == (200, [], 1)


async def test_what_is_not_there_is_no_fault_of_the_form() -> None:
    with pytest.raises(NotFound):
        await post(Desk(GOOD, raises=NotFound()))
