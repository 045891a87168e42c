"""Preparing and sending the convening of a meeting. Source: CSI D132-9, D132-10."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.events.meetings import AgendaKind, AgendaPoint, AgendaPrepared, ConveningReason, MeetingConvened
from services.chassis.decisions import Decision
from services.chassis.french import local
from services.meetings.domain.body import Body, ensure_active
from services.meetings.domain.meeting import Invitation, Meeting, MeetingState, appointment_of, ensure_planned
from services.meetings.domain.notice import ensure_notice, notice_given
from services.meetings.domain.refusals import (
    AgendaMissing,
    BodyWithoutMembers,
    MandatoryAgendaItemMissing,
)
from services.meetings.domain.scheduling import ensure_ahead

ITEM_NAMES = {
    AgendaKind.DELINQUENCY: "Évolution de la délinquance",
    AgendaKind.FIPD_REPORT: "Rapport sur les actions financées par le FIPD",
}


@dataclass(frozen=True, kw_only=True)
class Convening:
    """What the letter says."""

    subject: str
    starts_at: datetime
    duration_minutes: int
    place: str
    agenda: tuple[AgendaPoint, ...]
    reason: ConveningReason


@dataclass(frozen=True, kw_only=True)
class ConveningRules:
    """The rules in force on the day of the convening."""

    notice_days: int
    horizon_months: int
    mandatory_items: Sequence[AgendaKind]


def prepare(
    meeting: Meeting, body: Body, convening: Convening, *, rules: ConveningRules, now: datetime
) -> Decision[Meeting]:
    """Keeps what the secretariat prepared for the presidency.

    Raises AgendaMissing, MeetingInThePast, BodyNotActive, or why the meeting can no longer be convened. The notice
    is checked when the letter leaves.
    """
    ensure_planned(meeting)
    _ensure_letter(body, convening, rules, now)
    changes = _settled(convening) | {"prepared_at": now}
    prepared = meeting.after(**changes).state
    fact = AgendaPrepared(**appointment_of(prepared), agenda=list(convening.agenda), reason=convening.reason)
    return meeting.after(fact, **changes)


def convene(
    meeting: Meeting, body: Body, convening: Convening, *, rules: ConveningRules, now: datetime
) -> Decision[Meeting]:
    """Convenes the institutions that sit in the body now.

    Raises NoticeTooShort, AgendaMissing, MandatoryAgendaItemMissing, BodyWithoutMembers, MeetingInThePast,
    BodyNotActive, or why the meeting can no longer be convened.
    """
    ensure_convenable(meeting, body)
    _ensure_letter(body, convening, rules, now)
    _ensure_mandatory_items(convening.agenda, rules.mandatory_items)
    ensure_notice(convening.starts_at, kind=meeting.body_kind, days=rules.notice_days, now=now)
    invitations = invitations_of(body)
    changes = _settled(convening) | {
        "state": MeetingState.CONVENED,
        "convened_at": now,
        "invitations": invitations,
    }
    convened = meeting.after(**changes).state
    fact = MeetingConvened(
        **appointment_of(convened),
        agenda=list(convening.agenda),
        reason=convening.reason,
        convened_on=local(now).date(),
        notice_days=notice_given(convening.starts_at, now=now),
        notice_days_required=rules.notice_days,
        members=[invitation.invited() for invitation in invitations],
    )
    return meeting.after(fact, **changes)


def ensure_convenable(meeting: Meeting, body: Body) -> None:
    """Raises why the meeting cannot be convened, whatever its letter says."""
    ensure_planned(meeting)
    if not body.members:
        raise BodyWithoutMembers


def invitations_of(body: Body) -> tuple[Invitation, ...]:
    """One invitation for each institution that sits in the body."""
    return tuple(
        Invitation(
            institution_id=member.institution.id,
            name=member.institution.name,
            kind=member.institution.kind,
            feminine=member.institution.feminine,
            seat=member.seat,
        )
        for member in body.members
    )


def _ensure_letter(body: Body, convening: Convening, rules: ConveningRules, now: datetime) -> None:
    ensure_ahead(convening.starts_at, horizon_months=rules.horizon_months, now=now)
    ensure_active(body, on=local(convening.starts_at).date())
    if not convening.agenda:
        raise AgendaMissing


def _ensure_mandatory_items(agenda: Sequence[AgendaPoint], mandatory: Sequence[AgendaKind]) -> None:
    present = {point.kind for point in agenda}
    for kind in mandatory:
        if kind not in present:
            raise MandatoryAgendaItemMissing(item=ITEM_NAMES[kind])


def _settled(convening: Convening) -> dict[str, Any]:
    return {
        "subject": convening.subject,
        "starts_at": convening.starts_at,
        "duration_minutes": convening.duration_minutes,
        "place": convening.place,
        "agenda": convening.agenda,
        "reason": convening.reason,
    }
