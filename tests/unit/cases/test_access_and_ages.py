"""Who may open what, and how ages and months are counted."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.roles import Role
from services.cases.domain.access import (
    OPENS,
    ReadingReason,
    ReasonOfAnotherRole,
    SealedField,
    fields_opened,
    reasons_of,
)
from services.cases.domain.ages import age_on, band_of
from services.cases.domain.days import months_after
from services.chassis.identity import Principal


def holding(*roles: Role) -> Principal:
    return Principal(subject="somebody", roles=frozenset(roles))


def test_only_an_answer_to_the_person_opens_everything() -> None:
    assert [reason for reason, fields in OPENS.items() if set(fields) == set(SealedField)] == [
        ReadingReason.ANSWER_PERSON
    ]


@pytest.mark.parametrize("role", [Role.PARTNER, Role.PRESIDENT, Role.OPERATOR, Role.DATA_PROTECTION_OFFICER])
def test_some_roles_have_no_reason_at_all(role: Role) -> None:
    assert reasons_of(holding(role)) == ()


def test_the_parquet_gives_an_opinion_and_nothing_else() -> None:
    assert reasons_of(holding(Role.PROSECUTOR)) == (ReadingReason.GIVE_OPINION,)
    with pytest.raises(ReasonOfAnotherRole):
        fields_opened(holding(Role.PROSECUTOR), ReadingReason.PREPARE_SUMMONS)


@pytest.mark.parametrize(
    ("day", "age"), [(date(2017, 2, 28), 16), (date(2017, 3, 1), 17), (date(2018, 2, 28), 17), (date(2018, 3, 1), 18)]
)
def test_who_was_born_on_29_february_grows_older_on_1_march(day: date, age: int) -> None:
    assert age_on(date(2000, 2, 29), day) == age


@pytest.mark.parametrize(
    ("age", "band"),
    [(12, "0-12"), (13, "13-15"), (15, "13-15"), (16, "16-17"), (18, "18-25"), (25, "18-25"), (26, "26+")],
)
def test_a_band_holds_its_bounds(age: int, band: str) -> None:
    assert band_of(age) == band


def test_a_month_later_ends_with_a_shorter_month() -> None:
    assert months_after(date(2016, 11, 30), 3) == date(2017, 2, 28)
    assert months_after(date(2017, 7, 15), 6) == date(2018, 1, 15)
