"""The meetings that a body owes."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.events.bodies import BodyKind
from services.meetings import rules
from services.meetings.domain.obligations import ObligationState, Record, assess

TODAY = date(2017, 2, 16)
SINCE = date(2017, 1, 2)


def standing(
    kind: BodyKind, *, held: tuple[date, ...] = (), planned: tuple[date, ...] = (), today: date = TODAY
) -> str:
    found = assess(rules.cadence(kind, on=today), Record(since=SINCE, held=held, planned=planned), today=today)
    return found.state


@pytest.mark.parametrize(
    ("today", "planned", "expected"),
    [
        (date(2017, 2, 16), (), ObligationState.ON_TIME),
        (date(2017, 3, 5), (), ObligationState.AT_RISK),
        (date(2017, 3, 5), (date(2017, 3, 7),), ObligationState.ON_TIME),
        (date(2017, 3, 5), (date(2017, 4, 20),), ObligationState.AT_RISK),
        (date(2017, 4, 4), (), ObligationState.AT_RISK),
        (date(2017, 4, 5), (), ObligationState.BREACHED),
    ],
)
def test_a_group_meets_at_most_92_days_after_the_last_time(
    today: date, planned: tuple[date, ...], expected: ObligationState
) -> None:
    assert standing(BodyKind.GROUP, planned=planned, today=today) == expected


def test_a_held_meeting_starts_the_count_again() -> None:
    assert standing(BodyKind.GROUP, held=(date(2017, 3, 7),), today=date(2017, 4, 5)) == ObligationState.ON_TIME


def test_the_plenary_is_owed_once_in_each_calendar_year() -> None:
    held = (date(2017, 1, 20),)
    assert standing(BodyKind.PLENARY, held=held) == ObligationState.MET
    assert standing(BodyKind.PLENARY, held=held, today=date(2018, 1, 2)) == ObligationState.ON_TIME
    assert standing(BodyKind.PLENARY, held=held, today=date(2018, 12, 10)) == ObligationState.AT_RISK


def test_the_restricted_committee_is_owed_in_each_half_of_the_year() -> None:
    june = (date(2017, 6, 15),)
    assert standing(BodyKind.RESTRICTED, today=date(2017, 7, 1)) == ObligationState.BREACHED
    assert standing(BodyKind.RESTRICTED, held=june, today=date(2017, 7, 1)) == ObligationState.ON_TIME
    assert (
        standing(BodyKind.RESTRICTED, held=(*june, date(2017, 12, 5)), today=date(2017, 12, 6)) == ObligationState.MET
    )
