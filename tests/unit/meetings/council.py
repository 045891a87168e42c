"""The matter of the decisions: institutions, a plenary, meetings in each state. Values only, nothing is faked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from schemas.events.bodies import Authority, BodyKind, InstitutionKind, Seat, Theme
from schemas.events.meetings import AgendaKind, AgendaPoint, ConveningReason, Presence
from services.meetings.domain.body import Body, Member
from services.meetings.domain.convening import Convening, ConveningRules, convene
from services.meetings.domain.institution import Institution
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.scheduling import schedule
from services.meetings.domain.session import Attendance, mandate, open_meeting, record_attendance

NOW = datetime(2017, 1, 3, 8, 30, tzinfo=UTC)
START = datetime(2017, 1, 20, 13, 0, tzinfo=UTC)
NAMESPACE = UUID("c15bd000-0000-4000-8000-000000000000")
RULES = ConveningRules(notice_days=15, horizon_months=36, mandatory_items=[AgendaKind.DELINQUENCY])
DUTY = [InstitutionKind.PREFECTURE, InstitutionKind.PROSECUTION]
DELINQUENCY = AgendaPoint(title="Évolution de la délinquance", minutes=30, kind=AgendaKind.DELINQUENCY)


def known(name: str) -> UUID:
    """The id of what is called so."""
    return uuid5(NAMESPACE, name)


def institution(kind: InstitutionKind) -> Institution:
    return Institution(id=known(kind), version=1, name=kind.value.capitalize(), kind=kind, feminine=False)


PREFECTURE = institution(InstitutionKind.PREFECTURE)
PROSECUTION = institution(InstitutionKind.PROSECUTION)
DEPARTMENT = institution(InstitutionKind.DEPARTMENT)
INTERCOMMUNAL = institution(InstitutionKind.INTERCOMMUNAL)
LANDLORD = institution(InstitutionKind.HOUSING)


def seated(who: Institution) -> Member:
    by_right = who in (PREFECTURE, PROSECUTION)
    seat, authority = (Seat.BY_RIGHT, Authority.LAW) if by_right else (Seat.DESIGNATED, Authority.PRESIDENT)
    return Member(institution=who, seat=seat, designated_by=authority, agreed_on=date(2016, 12, 20))


def body(kind: BodyKind = BodyKind.PLENARY, **changes: Any) -> Body:
    values = {
        "id": known(f"body {kind}"),
        "version": 1,
        "name": "Assemblée plénière",
        "kind": kind,
        "theme": Theme.PUBLIC_TRANQUILLITY if kind is BodyKind.GROUP else None,
        "order_number": "2017-001",
        "order_date": date(2017, 1, 2),
        "effective_on": date(2017, 1, 2),
        "members": (seated(PREFECTURE), seated(PROSECUTION), seated(LANDLORD)),
    }
    return Body(**(values | changes))


def planned(of: Body | None = None, **changes: Any) -> Meeting:
    values = {
        "subject": "Installation",
        "starts_at": START,
        "duration_minutes": 120,
        "place": "Calais",
        "horizon_months": 36,
        "now": NOW,
    }
    return schedule(known("meeting"), of or body(), **(values | changes)).state


def letter(**changes: Any) -> Convening:
    values = {
        "subject": "Installation",
        "starts_at": START,
        "duration_minutes": 120,
        "place": "Calais",
        "agenda": (DELINQUENCY,),
        "reason": ConveningReason.PRESIDENT,
    }
    return Convening(**(values | changes))


def convened(of: Body | None = None) -> Meeting:
    of = of or body()
    return convene(planned(of), of, letter(), rules=RULES, now=NOW).state


def in_session(of: Body | None = None) -> Meeting:
    return open_meeting(convened(of), now=START).state


def attended(meeting: Meeting | None = None, **presences: Presence) -> Meeting:
    """Everybody present, save those named by their kind."""
    meeting = meeting or in_session()
    rows = [
        Attendance(institution_id=found.institution_id, presence=presences.get(found.kind.value, Presence.PRESENT))
        for found in meeting.invitations
    ]
    return record_attendance(meeting, rows, now=START).state


def mandated(meeting: Meeting, who: Institution) -> Meeting:
    return mandate(meeting, who.id, holder="Sophie Talleux", capacity="substitut", now=NOW).state
