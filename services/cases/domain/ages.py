"""Ages in whole years and their bands."""

from __future__ import annotations

from datetime import date

from schemas.events.outreach import AgeBand

MAJORITY = 18  # article 414 of the civil code

_BANDS = ((13, AgeBand.UNDER_13), (16, AgeBand.FROM_13), (18, AgeBand.FROM_16), (26, AgeBand.FROM_18))


def age_on(birth_date: date, day: date) -> int:
    """Whole years lived on `day`; someone born on 29 February grows older on 1 March in a common year."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def band_of(age: int) -> AgeBand:
    """The band of the council's figures that holds an age."""
    return next((band for limit, band in _BANDS if age < limit), AgeBand.FROM_26)


def is_minor(band: AgeBand) -> bool:
    return band in (AgeBand.UNDER_13, AgeBand.FROM_13, AgeBand.FROM_16)
