"""French as an office writes and types it."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.chassis import french

N, F = french.NBSP, french.NNBSP


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("L'avis : oui ; non ? Jamais !", f"L’avis{N}: oui{F}; non{F}? Jamais{F}!"),
        ("« oui » et «non»", f"«{N}oui{N}» et «{N}non{N}»"),
        ("12 500 € et 20 %", f"12{F}500{N}€ et 20{N}%"),
        ("le 1er mars 2017 à 14 h 30", f"le 1er{N}mars 2017 à{N}14{N}h{N}30"),
        ("n° 3, M. Dupont, Mme Roy, art. 5, R. 623-2", f"n°{N}3, M.{N}Dupont, Mme{N}Roy, art.{N}5, R.{N}623-2"),
        ("dans 8 jours ouvrés...", f"dans 8{N}jours ouvrés…"),
    ],
)
def test_spaces_apostrophes_and_ellipses_are_those_of_print(typed: str, printed: str) -> None:
    assert french.typography(typed) == printed


@pytest.mark.parametrize(
    "text", ["/conseil?annee=2017&page=2", "14:30", "RAO-2017-0003", "03 21 46 66 00", "le 20 janvier 2017", "a:b;c"]
)
def test_addresses_codes_and_telephone_numbers_survive(text: str) -> None:
    assert french.typography(text).replace(N, " ") == text


@settings(deadline=None)
@given(st.text(alphabet="aàL'«» :;!?0123456789%€.nhM°\u00a0\u202f"))
@example(" :»")
def test_setting_a_text_twice_changes_nothing(text: str) -> None:
    once = french.typography(text)
    assert french.typography(once) == once


def test_dates_carry_the_weekday_and_the_hour_of_paris() -> None:
    moment = datetime(2017, 1, 20, 13, 0, tzinfo=UTC)
    assert french.full_datetime(moment) == f"vendredi 20{N}janvier 2017 à{N}14{N}h"
    assert french.full_datetime(moment, year=False) == f"vendredi 20{N}janvier à{N}14{N}h"
    assert french.history_datetime(datetime(2017, 7, 1, 14, 5, tzinfo=UTC)) == f"1er{N}juillet 2017, 16{N}h{N}05"
    assert french.month(moment) == "janvier 2017"


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        french.full_datetime(datetime(2017, 1, 20, 13, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    "typed",
    ["21/02/2017", "21/2/17", "21.02.2017", "21-2-2017", "21 février 2017", "Mardi 21 fevrier 2017", "21 févr. 2017",
     " 2017-02-21 ", f"21{N}février 2017"],
)  # fmt: skip
def test_a_date_is_read_as_people_type_it(typed: str) -> None:
    assert french.parse_date(typed) == date(2017, 2, 21)


def test_the_first_of_the_month_is_read() -> None:
    assert french.parse_date("1er août 2017") == date(2017, 8, 1)


@pytest.mark.parametrize(
    ("typed", "told"), [("30/02/2017", "n’existe pas"), ("demain", "jj/mm/aaaa"), ("21 ju 2017", "jj")]
)
def test_a_date_that_is_none_is_refused_with_what_to_write(typed: str, told: str) -> None:
    with pytest.raises(french.UnreadableDate) as refused:
        french.parse_date(typed)
    assert told in refused.value.sentence


@pytest.mark.parametrize("typed", ["14:30", "14h30", "14 h 30", "14 H 30", "14.30", f"14{N}h{N}30", "14 heures 30"])
def test_an_hour_is_read_as_people_type_it(typed: str) -> None:
    assert french.parse_time(typed) == time(14, 30)


def test_a_full_hour_needs_no_minutes() -> None:
    assert french.parse_time("9h") == time(9)


@pytest.mark.parametrize("typed", ["25 h", "midi", "14", "14 h 75"])
def test_an_hour_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(french.UnreadableTime):
        french.parse_time(typed)


def test_the_hour_that_summer_time_skips_is_refused() -> None:
    with pytest.raises(french.UnreadableTime, match="heure d’été"):
        french.moment(date(2017, 3, 26), time(2, 30))


@settings(deadline=None)
@given(st.datetimes(datetime(2016, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_what_is_written_is_read_again(moment: datetime) -> None:
    there = french.local(moment).replace(second=0, microsecond=0)
    day = french.parse_date(french.full_date(moment))
    at = french.parse_time(french.hour(moment))
    assert (day, at) == (there.date(), there.time())


@pytest.mark.parametrize(("typed", "number"), [("12 500", "12500"), ("3,5", "3.5"), (f"1{F}204", "1204"), ("-2", "-2")])
def test_numbers_are_read_with_their_spaces_and_comma(typed: str, number: str) -> None:
    assert french.parse_number(typed) == Decimal(number)


def test_numbers_and_counts_are_written_the_french_way() -> None:
    assert french.number(12500) == f"12{F}500"
    assert french.number(3.5, decimals=1) == "3,5"
    assert french.count(1, "réunion") == f"1{N}réunion"
    assert french.count(0, "réunion") == f"0{N}réunion"
    assert french.count(2, "jour ouvré", "jours ouvrés") == f"2{N}jours ouvrés"
