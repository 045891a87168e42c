"""The notice that members are owed between a convening and the meeting."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from schemas.events.bodies import BodyKind
from services.chassis.calendar import add_working_days
from services.chassis.french import PARIS, count, local
from services.meetings.domain.refusals import NoticeTooShort

_A_BODY = {
    BodyKind.PLENARY: "une assemblée plénière",
    BodyKind.RESTRICTED: "un comité restreint",
    BodyKind.GROUP: "un groupe",
}


def notice_given(starts_at: datetime, *, now: datetime) -> int:
    """Calendar days between today and the meeting, in Paris; negative when it is past."""
    return (local(starts_at).date() - local(now).date()).days


def first_lawful_start(starts_at: datetime, *, days: int, now: datetime) -> datetime:
    """The first moment at the same hour that leaves `days`, moved on to a working day."""
    wanted = local(starts_at)
    day = add_working_days(local(now).date() + timedelta(days=days), 0)
    return datetime.combine(day, wanted.time(), tzinfo=PARIS)


def latest_convening(starts_at: datetime, *, days: int) -> date:
    """The last day on which a convening still leaves `days`."""
    return local(starts_at).date() - timedelta(days=days)


def ensure_notice(starts_at: datetime, *, kind: BodyKind, days: int, now: datetime) -> None:
    """Raises NoticeTooShort, which proposes the first lawful date at the same hour."""
    given = notice_given(starts_at, now=now)
    if given < days:
        raise NoticeTooShort(
            given=count(given, "jour"),
            needed=days,
            body=_A_BODY[kind],
            proposal=first_lawful_start(starts_at, days=days, now=now),
        )
