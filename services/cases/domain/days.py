"""Days as the procedures count them: on the clocks of Paris, months as people count them."""

from __future__ import annotations

import calendar
from datetime import date, datetime

from services.chassis.french import PARIS


def day_of(moment: datetime) -> date:
    """The day in Paris of an aware moment."""
    return moment.astimezone(PARIS).date()


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)
