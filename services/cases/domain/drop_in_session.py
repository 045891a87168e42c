"""A drop-in session (permanence) in a district: announced, then held with anonymous counts, or cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from schemas.events.outreach import (
    AgeBand,
    AgeTally,
    DropInSessionCancelled,
    DropInSessionHeld,
    DropInSessionPublished,
    Orientation,
    OrientationTally,
    ThemeTally,
    VisitTheme,
)
from services.chassis.decisions import Aggregate, Decision
from services.chassis.errors import Refusal
from services.chassis.french import full_datetime


class SessionState(StrEnum):
    PLANNED = "planned"
    PUBLISHED = "published"
    HELD = "held"
    CANCELLED = "cancelled"


class SessionInThePast(Refusal):
    status = 422
    sentence = "La permanence ne peut pas commencer dans le passé."
    default_field = "starts_at"


class SessionEndsBeforeItStarts(Refusal):
    status = 422
    sentence = "La fin de la permanence précède son début."
    default_field = "ends_at"


class SessionTooLong(Refusal):
    status = 422
    sentence = "Une permanence commence et finit le même jour."
    default_field = "ends_at"


class UnknownDistrict(Refusal):
    status = 422
    sentence = "Le quartier « {district} » n'est pas dans la liste de cette commune."
    default_field = "district"


class SessionAlreadyPublished(Refusal):
    sentence = "La permanence est déjà publiée."


class SessionNotPublished(Refusal):
    sentence = "La permanence n'est pas publiée : le public n'en a pas été informé."


class SessionOver(Refusal):
    sentence = "La permanence est tenue ou annulée : plus rien ne peut y être ajouté."


class SessionStillAhead(Refusal):
    sentence = "La permanence commence le {starts} : ses comptes s'inscrivent après."


class TalliesDoNotAddUp(Refusal):
    status = 422
    sentence = "Le total est de {counted} pour {visitors} : chaque personne se compte une fois dans chaque liste."
    default_field = "visitors"


@dataclass(frozen=True, kw_only=True)
class DropInSession(Aggregate):
    """`themes`, `age_bands` and `orientations` map a code to a number of visitors; a zero is left out."""

    commune: str
    district: str
    district_name: str
    place: str
    starts_at: datetime
    ends_at: datetime
    state: SessionState = SessionState.PLANNED
    visitors: int | None = None
    themes: Mapping[VisitTheme, int] = field(default_factory=dict)
    age_bands: Mapping[AgeBand, int] = field(default_factory=dict)
    orientations: Mapping[Orientation, int] = field(default_factory=dict)

    def fact(self) -> dict[str, Any]:
        return {
            "session_id": self.id,
            "commune": self.commune,
            "district": self.district,
            "district_name": self.district_name,
            "starts_at": self.starts_at,
        }


def plan_session(draft: DropInSession, *, now: datetime) -> Decision[DropInSession]:
    """Raises SessionInThePast, SessionEndsBeforeItStarts or SessionTooLong."""
    if draft.starts_at <= now:
        raise SessionInThePast
    if draft.ends_at <= draft.starts_at:
        raise SessionEndsBeforeItStarts
    if (draft.ends_at - draft.starts_at).total_seconds() > 12 * 3600:
        raise SessionTooLong
    return draft.after()


def _check_open(session: DropInSession) -> None:
    if session.state in (SessionState.HELD, SessionState.CANCELLED):
        raise SessionOver


def check_publication(session: DropInSession, now: datetime) -> None:
    """Raises SessionOver, SessionAlreadyPublished or SessionInThePast."""
    _check_open(session)
    if session.state is SessionState.PUBLISHED:
        raise SessionAlreadyPublished
    if session.starts_at <= now:
        raise SessionInThePast


def publish_session(session: DropInSession, *, now: datetime) -> Decision[DropInSession]:
    """Announces the session. Raises as check_publication."""
    check_publication(session, now)
    return session.after(
        DropInSessionPublished(**session.fact(), ends_at=session.ends_at, place=session.place),
        state=SessionState.PUBLISHED,
    )


def check_cancellation(session: DropInSession) -> None:
    """Raises SessionOver."""
    _check_open(session)


def cancel_session(session: DropInSession) -> Decision[DropInSession]:
    """Takes the session back; the public is told when it had been announced. Raises as check_cancellation."""
    check_cancellation(session)
    told = (DropInSessionCancelled(**session.fact()),) if session.state is SessionState.PUBLISHED else ()
    return session.after(*told, state=SessionState.CANCELLED)


def check_counts(session: DropInSession, now: datetime) -> None:
    """Raises SessionOver, SessionNotPublished or SessionStillAhead."""
    _check_open(session)
    if session.state is not SessionState.PUBLISHED:
        raise SessionNotPublished
    if now < session.starts_at:
        raise SessionStillAhead(starts=full_datetime(session.starts_at))


def hold_session(
    session: DropInSession,
    *,
    visitors: int,
    themes: Mapping[VisitTheme, int],
    age_bands: Mapping[AgeBand, int],
    orientations: Mapping[Orientation, int],
    now: datetime,
) -> Decision[DropInSession]:
    """Records the counts of a session. Raises as check_counts, or TalliesDoNotAddUp."""
    check_counts(session, now)
    for name, tallies in (("themes", themes), ("age_bands", age_bands), ("orientations", orientations)):
        if sum(tallies.values()) != visitors:
            raise TalliesDoNotAddUp(counted=sum(tallies.values()), visitors=visitors, field=name)
    held = DropInSessionHeld(
        **session.fact(),
        visitors=visitors,
        themes=tuple(ThemeTally(theme=code, count=n) for code, n in sorted(themes.items()) if n),
        age_bands=tuple(AgeTally(age_band=code, count=n) for code, n in sorted(age_bands.items()) if n),
        orientations=tuple(
            OrientationTally(orientation=code, count=n) for code, n in sorted(orientations.items()) if n
        ),
    )
    return session.after(
        held,
        state=SessionState.HELD,
        visitors=visitors,
        themes=dict(themes),
        age_bands=dict(age_bands),
        orientations=dict(orientations),
    )
