"""Two people have one form open: what the second is told of the first's work, and what stays his own."""

from typing import Any

from starlette.datastructures import FormData

from services.chassis.errors import InvalidInput, StaleVersion
from services.chassis.web.forms import FormState


def _reposted(page: FormState, *changes: tuple[str, str]) -> FormState:
    """The form of `page`, sent again with some fields typed anew."""
    fields = {name: text for name, text in page.typed_pairs()} | dict(changes)
    sent = [*fields.items(), ("opened", page.opened_to_send), ("version", "3")]
    return FormState.posted(FormData(sent), "Non")


def _refused(page: FormState, stands: dict[str, Any], *changes: tuple[str, str]) -> FormState:
    """The same, refused because `stands` is stored meanwhile."""
    form = _reposted(page, *changes)
    form.refuse(StaleVersion(version=4), set())
    return form.beside(stands)


def _opened(values: dict[str, Any]) -> FormState:
    return FormState.blank(values).beside(values)


def _lines(*titles: str) -> dict[str, Any]:
    return {"lines": [{"title": title} for title in titles]}


def test_only_what_somebody_else_changed_is_told_as_changed_meanwhile() -> None:
    page = _opened({"place": "Mairie", "subject": "Stade", "note": None})
    stands = {"place": "Phare", "subject": "Stade", "note": None}
    form = _refused(page, stands, ("subject", "Gare"), ("place", "Musée"), ("note", "Tapé"))
    assert {name: form.newer(name) for name in ("place", "subject", "note")} == {
        "place": "Phare",
        "subject": None,
        "note": None,
    }


def test_what_two_people_typed_alike_is_no_difference() -> None:
    form = _refused(_opened({"on": "01/02/2017"}), {"on": "03/02/2017"}, ("on", "3/2/17"))
    assert form.newer("on") is None


def test_what_somebody_else_took_away_is_told_as_nothing() -> None:
    form = _refused(_opened({"place": "Mairie"}), {"place": None}, ("place", "Phare"))
    assert form.newer("place") == ""


def test_a_second_change_is_compared_with_what_the_first_one_showed() -> None:
    first = _refused(_opened({"place": "Mairie", "subject": "Stade"}), {"place": "Phare", "subject": "Stade"})
    second = _refused(first, {"place": "Phare", "subject": "Gare"})
    assert (second.newer("place"), second.newer("subject")) == (None, "Gare")


def test_a_form_that_is_corrected_still_knows_what_it_was_opened_with() -> None:
    corrected = _reposted(_opened({"place": "Mairie"}), ("place", ""))
    corrected.refuse(InvalidInput([("place", "Indiquez le lieu.")]), {"place"})
    form = _refused(corrected.beside({"place": "Phare"}), {"place": "Phare"}, ("place", "Gare"))
    assert form.newer("place") == "Phare"


def test_a_row_is_compared_with_the_one_it_was_opened_as_wherever_it_was_moved() -> None:
    page = _opened(_lines("Bilan", "Achats", "Divers"))
    moved = _reposted(page, ("edit", "up:lines:1"))
    assert [moved.value(f"{row}.title") for row in moved.rows("lines")] == ["Achats", "Bilan", "Divers"]
    form = _refused(moved, _lines("Bilan", "Ventes", "Divers"))
    assert {form.value(f"{row}.title"): form.newer(f"{row}.title") for row in form.rows("lines")} == {
        "Achats": "Ventes",
        "Bilan": None,
        "Divers": None,
    }


def test_a_row_that_the_reader_took_away_is_not_told_as_added() -> None:
    removed = _reposted(_opened(_lines("Bilan", "Achats")), ("edit", "remove:lines:1"))
    form = _refused(removed, _lines("Bilan 2016", "Achats", "Divers"))
    assert (form.newer("lines-0.title"), form.newer_rows("lines", "title")) == ("Bilan 2016", ["Divers"])


def test_a_row_of_the_readers_is_another_than_the_one_somebody_else_added() -> None:
    mine = _reposted(_opened(_lines("Bilan")), ("edit", "add:lines"))
    form = _refused(mine, _lines("Bilan", "Le leur"), ("lines-1-title", "Le mien"))
    assert (form.newer("lines-1.title"), form.newer_rows("lines", "title")) == (None, ["Le leur"])
    again = _refused(form, _lines("Bilan", "Le leur, corrigé"))
    assert (again.newer("lines-1.title"), again.newer_rows("lines", "title")) == (None, ["Le leur, corrigé"])


def test_a_new_row_does_not_take_the_number_of_one_that_was_taken_away() -> None:
    removed = _reposted(_opened(_lines("Bilan", "Achats")), ("edit", "remove:lines:1"))
    assert _reposted(removed, ("edit", "add:lines")).rows("lines") == ["lines-0", "lines-2"]


def test_what_was_typed_about_somebody_stays_with_him_when_the_rows_change() -> None:
    sent = FormData([("seats-0-who", "Anne"), ("seats-1-who", "Brice"), ("seats-1-there", "yes")])
    form = FormState.posted(sent, "Non")
    assert form.numbers("seats", "who", ["Carine", "Brice", "Anne"]) == {"Carine": 2, "Brice": 1, "Anne": 0}
    assert FormState.blank().numbers("seats", "who", ["Anne", "Brice"]) == {"Anne": 0, "Brice": 1}


def test_what_a_form_says_it_was_opened_with_may_be_anything() -> None:
    for text in ("", "null", "[1]", '{"place": 1}', "{"):
        form = FormState.posted(FormData([("place", "Phare"), ("opened", text)]), "Non")
        form.refuse(StaleVersion(version=4), set())
        assert form.beside({"place": "Mairie"}).newer("place") == "Mairie"
