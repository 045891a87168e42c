"""Working days in France: Monday to Friday but public holidays (code du travail, article L3133-1), in Paris."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache

import holidays

from services.chassis import french

_ONE = timedelta(days=1)
MORNING = time(6)


@cache
def _holidays(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("FR", years=year, language="fr"))


def today(now: datetime) -> date:
    """The date in Paris at the aware moment `now`."""
    return french.local(now).date()


def holiday(day: date) -> str | None:
    """« Lundi de Pâques », or None on an ordinary day."""
    return _holidays(day.year).get(day)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and holiday(day) is None


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and with `end`; negative when `end` comes first."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + offset * _ONE) for offset in range(1, (end - start).days + 1))


def add_working_days(start: date, count: int) -> date:
    """The working day that is `count` (≥ 0) working days after `start`; 0: `start`, or the next working day."""
    if count < 0:
        raise ValueError("count working days forward")
    day = start
    while count > 0:
        day += _ONE
        count -= is_working_day(day)
    while not is_working_day(day):
        day += _ONE
    return day


def morning(day: date) -> datetime:
    """The moment at which what falls due on `day` does: 6 h in Paris, before anybody is at work."""
    return datetime.combine(day, MORNING, french.PARIS)


def remaining(now: date, due: date) -> str:
    """« Encore 8 jours ouvrés », « À faire demain », « À faire aujourd’hui », « Retard de 4 jours ouvrés »."""
    days = working_days_between(now, due)
    if due == now:
        return "À faire aujourd’hui"
    if due == now + _ONE:
        return "À faire demain"
    if due < now:
        # A due date on a Friday, looked at on the Saturday, is past though no working day is lost yet.
        return f"Retard de {working_days(-days)}" if days else "Échéance passée"
    return f"Encore {working_days(days)}" if days else "À faire avant le prochain jour ouvré"


def working_days(count: int) -> str:
    """« 1 jour ouvré », « 8 jours ouvrés »."""
    return french.count(count, "jour ouvré", "jours ouvrés")


def holiday_warning(day: date) -> str | None:
    """« Le lundi 17 avril 2017 est férié. Vous pouvez tout de même retenir cette date. », or None."""
    if holiday(day) is None:
        return None
    return f"Le {french.full_date(day)} est férié. Vous pouvez tout de même retenir cette date."
