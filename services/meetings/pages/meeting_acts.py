"""What may be done with a meeting now."""

from __future__ import annotations

from functools import partial

from services.chassis.http import Look
from services.chassis.web import Action, Blocked
from services.meetings.domain.body import Body
from services.meetings.domain.convening import ensure_convenable
from services.meetings.domain.meeting import (
    Meeting,
    MeetingState,
    ensure_in_session,
    ensure_mandatable,
    ensure_movable,
    ensure_sitting,
)
from services.meetings.domain.refusals import (
    MeetingAlreadyConvened,
    MeetingInSession,
    MeetingIsCancelled,
    MeetingOver,
)
from services.meetings.domain.session import ensure_closable, ensure_openable
from services.meetings.pages.acts import Possible, sort_out
from services.meetings.visibility import INSTITUTIONS, PRESIDENCY, SECRETARIAT

_BEHIND = (MeetingAlreadyConvened, MeetingInSession, MeetingOver, MeetingIsCancelled)


def acts_of(meeting: Meeting, body: Body, look: Look) -> tuple[list[Action], list[Blocked]]:
    """The acts of the secretariat and the presidency; of anybody else, the designation of his representative."""
    if look.by.has(*SECRETARIAT, *PRESIDENCY):
        return sort_out(
            [*_towards_the_session(meeting, body, look), *_the_session(meeting), *_changes(meeting)], look.by
        )
    return _own_acts(meeting, look)


def _towards_the_session(meeting: Meeting, body: Body, look: Look) -> list[Possible]:
    address = _address(meeting)
    convenable = partial(ensure_convenable, meeting, body)
    acts = [
        Possible(
            action=Action("Convoquer les membres", f"{address}/convoquer"),
            allow=PRESIDENCY,
            guard=convenable,
            over=_BEHIND,
        )
    ]
    if look.by.has(*SECRETARIAT):
        label = "Revoir la convocation préparée" if meeting.prepared_at else "Préparer la convocation"
        preparing = Action(label, f"{address}/convoquer")
        acts.insert(0, Possible(action=preparing, allow=SECRETARIAT, guard=convenable, over=_BEHIND))
    opening = Action("Ouvrir la réunion", f"{address}/ouvrir", post=True, fields={"version": str(meeting.version)})
    openable = partial(ensure_openable, meeting, now=look.now)
    mandating = Action("Enregistrer un pouvoir", f"{address}/representants")
    return [
        *acts,
        Possible(action=opening, allow=SECRETARIAT, guard=openable, over=_BEHIND),
        Possible(action=mandating, allow=SECRETARIAT, guard=partial(ensure_mandatable, meeting), over=_BEHIND),
    ]


def _the_session(meeting: Meeting) -> list[Possible]:
    address = _address(meeting)
    if meeting.state in (MeetingState.PLANNED, MeetingState.CONVENED):
        later = Action("Relever les présences et les décisions", "")
        return [Possible(action=later, allow=SECRETARIAT, guard=partial(ensure_in_session, meeting))]
    ending = Action(
        "Enregistrer la fin de la réunion", f"{address}/fin", post=True, fields={"version": str(meeting.version)}
    )
    return [
        Possible(
            action=Action("Relever les présences", f"{address}/presences"),
            allow=SECRETARIAT,
            guard=partial(ensure_in_session, meeting),
            over=_BEHIND,
        ),
        Possible(action=ending, allow=SECRETARIAT, guard=partial(ensure_closable, meeting), over=_BEHIND),
        Possible(
            action=Action("Ajouter une décision", f"{address}/decisions"),
            allow=SECRETARIAT,
            guard=partial(ensure_sitting, meeting),
            over=(MeetingIsCancelled,),
        ),
    ]


def _changes(meeting: Meeting) -> list[Possible]:
    address, both = _address(meeting), SECRETARIAT | PRESIDENCY
    guard = partial(ensure_movable, meeting)
    if meeting.state not in (MeetingState.PLANNED, MeetingState.CONVENED):
        return [Possible(action=Action("Reporter ou annuler", ""), allow=both, guard=guard)]
    return [
        Possible(action=Action("Reporter la réunion", f"{address}/reporter"), allow=both, guard=guard),
        Possible(action=Action("Annuler la réunion", f"{address}/annuler", alert=True), allow=both, guard=guard),
    ]


def _own_acts(meeting: Meeting, look: Look) -> tuple[list[Action], list[Blocked]]:
    if look.by.institution is None or meeting.invitation(look.by.institution) is None:
        return [], []
    designating = Possible(
        action=Action("Désigner votre représentant", f"{_address(meeting)}/representants"),
        allow=INSTITUTIONS,
        guard=partial(ensure_mandatable, meeting),
    )
    return sort_out([designating], look.by)


def _address(meeting: Meeting) -> str:
    return f"/conseil/reunions/{meeting.id}"
