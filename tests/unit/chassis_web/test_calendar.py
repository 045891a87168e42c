"""Working days as a French office counts them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.chassis import calendar

THURSDAY = date(2017, 2, 16)


@pytest.mark.parametrize(
    ("due", "phrase"),
    [
        (date(2017, 2, 28), "Encore 8\u00a0jours ouvrés"),
        (date(2017, 3, 3), "Encore 11\u00a0jours ouvrés"),
        (date(2017, 2, 17), "À faire demain"),
        (THURSDAY, "À faire aujourd’hui"),
        (date(2017, 2, 15), "Retard de 1\u00a0jour ouvré"),
        (date(2017, 2, 10), "Retard de 4\u00a0jours ouvrés"),
    ],
)
def test_what_is_left_is_said_in_working_days(due: date, phrase: str) -> None:
    assert calendar.remaining(THURSDAY, due) == phrase


def test_easter_monday_is_a_holiday_with_its_name() -> None:
    assert calendar.holiday(date(2017, 4, 17)) == "Lundi de Pâques"
    assert not calendar.is_working_day(date(2017, 4, 17))


def test_the_good_friday_of_alsace_is_a_working_day_in_calais() -> None:
    assert calendar.is_working_day(date(2017, 4, 14))


def test_the_long_weekend_of_easter_is_skipped() -> None:
    assert calendar.add_working_days(date(2017, 4, 13), 2) == date(2017, 4, 18)


def test_zero_working_days_after_a_sunday_is_the_monday() -> None:
    assert calendar.add_working_days(date(2017, 2, 19), 0) == date(2017, 2, 20)


def test_a_holiday_is_told_without_forbidding_it() -> None:
    assert calendar.holiday_warning(date(2017, 4, 17)) == (
        "Le lundi 17\u00a0avril 2017 est férié. Vous pouvez tout de même retenir cette date."
    )
    assert calendar.holiday_warning(THURSDAY) is None


def test_the_day_changes_at_midnight_in_paris() -> None:
    assert calendar.today(datetime(2017, 7, 14, 22, 30, tzinfo=UTC)) == date(2017, 7, 15)


@settings(deadline=None)
@given(st.dates(date(2016, 1, 1), date(2030, 1, 1)), st.integers(1, 60))
def test_adding_working_days_and_counting_them_agree(start: date, count: int) -> None:
    end = calendar.add_working_days(start, count)
    assert calendar.is_working_day(end)
    assert calendar.working_days_between(start, end) == count
    assert calendar.working_days_between(end, start) == -count
