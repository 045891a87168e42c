"""When to try again: a growing delay, and office hours for what can wait.

The figures are our own; a mailbox that is full or a server that greylists is back within the hour, the rest waits for
people to mend it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from services.chassis.calendar import add_working_days, is_working_day
from services.chassis.french import PARIS

DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
ATTEMPTS_MAX = len(DELAYS) + 1
OPENING, CLOSING = time(8), time(19)


def next_attempt(attempts: int, now: datetime, *, urgent: bool) -> datetime:
    """When attempt number `attempts + 1` is due; `attempts` ≥ 1. Not urgent: within office hours in Paris."""
    due = now + DELAYS[min(attempts, len(DELAYS)) - 1]
    return due if urgent else office_hours(due)


def office_hours(moment: datetime) -> datetime:
    """`moment` if an office is open then (8 h–19 h of a working day), else the next opening."""
    there = moment.astimezone(PARIS)
    if is_working_day(there.date()):
        if there.time() < OPENING:
            return _opening(there.date())
        if there.time() < CLOSING:
            return moment
    return _opening(add_working_days(there.date() + timedelta(days=1), 0))


def _opening(day: date) -> datetime:
    return datetime.combine(day, OPENING, tzinfo=PARIS).astimezone(UTC)
