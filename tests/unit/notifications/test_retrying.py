from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.chassis.calendar import is_working_day
from services.chassis.french import PARIS
from services.notifications.domain.retrying import ATTEMPTS_MAX, next_attempt, office_hours
from tests.unit.notifications.deliveries import TUESDAY

MOMENTS = st.integers(1_483_228_800, 1_798_761_600).map(lambda second: datetime.fromtimestamp(second, UTC))


def test_the_first_delay_is_a_minute_and_each_is_longer_than_the_one_before() -> None:
    waits = [next_attempt(attempts, TUESDAY, urgent=True) - TUESDAY for attempts in range(1, ATTEMPTS_MAX)]
    assert waits[0] == timedelta(minutes=1)
    assert waits == sorted(set(waits))


def test_an_urgent_delivery_does_not_wait_for_the_morning() -> None:
    evening = datetime(2017, 1, 3, 21, 0, tzinfo=UTC)
    assert next_attempt(1, evening, urgent=True) == evening + timedelta(minutes=1)


def test_what_can_wait_waits_for_the_next_morning() -> None:
    evening = datetime(2017, 1, 3, 21, 0, tzinfo=UTC)
    assert next_attempt(1, evening, urgent=False) == datetime(2017, 1, 4, 7, 0, tzinfo=UTC)


def test_before_the_opening_it_waits_for_the_same_morning() -> None:
    assert office_hours(datetime(2017, 1, 4, 4, 0, tzinfo=UTC)) == datetime(2017, 1, 4, 7, 0, tzinfo=UTC)


def test_a_weekend_and_a_holiday_are_passed_over() -> None:
    # Friday evening before Easter Monday, 17 April 2017; summer time.
    assert office_hours(datetime(2017, 4, 14, 18, 0, tzinfo=UTC)) == datetime(2017, 4, 18, 6, 0, tzinfo=UTC)


@given(MOMENTS)
def test_office_hours_are_never_before_and_always_open(moment: datetime) -> None:
    found = office_hours(moment)
    there = found.astimezone(PARIS)
    assert found >= moment
    assert is_working_day(there.date())
    assert 8 <= there.hour < 19
