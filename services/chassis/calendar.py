"""Working days of a French office: Monday to Friday, without the public holidays of mainland France."""

from __future__ import annotations

from datetime import date
from functools import cache

import holidays


@cache
def _public_holidays() -> holidays.HolidayBase:
    # The library adds a year to itself when a day of that year is first asked for.
    return holidays.country_holidays("FR", language="fr")


def holiday(day: date) -> str | None:
    """The name of the public holiday that falls on `day`, in French; None on any other day."""
    return _public_holidays().get(day)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _public_holidays()
