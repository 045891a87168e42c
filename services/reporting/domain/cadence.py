"""How many meetings a body owes in a year."""

from __future__ import annotations

from datetime import date, timedelta


def meetings_due(max_days_between: int, first_day: date, last_day: date | None, year: int) -> int:
    """Meetings due in `year` for a body that may meet from `first_day` until before `last_day` (None: without end).

    A body must meet at least every `max_days_between` days; a year that it exists in part is counted in part, to the
    nearest meeting.
    """
    begins = max(first_day, date(year, 1, 1))
    ends = min(last_day or date.max, date(year + 1, 1, 1))
    active = max(timedelta(0), ends - begins).days
    return (2 * active + max_days_between) // (2 * max_days_between)
