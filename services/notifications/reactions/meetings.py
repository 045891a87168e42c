"""Reactions to meetings being convened, moved and cancelled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from schemas.events.bodies import Seat
from schemas.events.deliveries import AboutKind, DeliverySubject
from schemas.events.meetings import Invited, MeetingCancelled, MeetingConvened, MeetingRescheduled
from services.chassis.act import Act
from services.chassis.decisions import Decision
from services.notifications import store
from services.notifications.domain.audience import Circle
from services.notifications.domain.delivery import Delivery
from services.notifications.domain.letter import Letter
from services.notifications.domain.meeting import Meeting
from services.notifications.domain.partner import Partner
from services.notifications.reactions.telling import Telling, tell
from services.notifications.wording import meetings as wording
from services.notifications.wording.source import Source

_INVITED = frozenset({DeliverySubject.MEETING_CONVENED, DeliverySubject.MEETING_MOVED})


async def tell_meeting_convened(event: MeetingConvened, act: Act) -> list[Decision[Delivery]]:
    meeting = _meeting(event, agenda=[point.title for point in event.agenda])

    def write(seat: Seat | None, source: Source) -> Letter:
        return wording.convened(meeting, seat, source)

    return await _tell(
        event, act, meeting, DeliverySubject.MEETING_CONVENED, write, frozenset(), of=event.body_kind.value
    )


async def tell_meeting_moved(event: MeetingRescheduled, act: Act) -> list[Decision[Delivery]]:
    """A meeting that nobody was convened to moves in silence."""
    if not event.convened:
        return []
    known = await store.meeting(act.tx, event.meeting_id)
    meeting = _meeting(event, agenda=known.agenda if known else ())

    def write(seat: Seat | None, source: Source) -> Letter:
        return wording.moved(meeting, event.previous_starts_at, event.reason, seat, source)

    told = await store.told(act.tx, event.meeting_id, _INVITED)
    return await _tell(event, act, meeting, DeliverySubject.MEETING_MOVED, write, told)


async def tell_meeting_cancelled(event: MeetingCancelled, act: Act) -> list[Decision[Delivery]]:
    """A meeting that nobody was convened to is cancelled in silence."""
    if not event.convened:
        return []
    known = await store.meeting(act.tx, event.meeting_id)
    meeting = _meeting(event, agenda=known.agenda if known else (), cancelled=True)

    def write(seat: Seat | None, source: Source) -> Letter:
        return wording.cancelled(meeting, event.reason, seat, source)

    told = await store.told(act.tx, event.meeting_id, _INVITED)
    return await _tell(event, act, meeting, DeliverySubject.MEETING_CANCELLED, write, told)


async def _tell(
    event: MeetingConvened | MeetingRescheduled | MeetingCancelled,
    act: Act,
    meeting: Meeting,
    subject: DeliverySubject,
    write: Callable[[Seat | None, Source], Letter],
    told: frozenset[UUID],
    of: str = "",
) -> list[Decision[Delivery]]:
    seats = _seats(event.members)
    await store.save_meeting(act.tx, meeting)
    await store.name_institutions(act.tx, [(member.institution_id, member.name) for member in event.members])

    def to(partner: Partner, source: Source) -> Letter:
        return write(seats.get(partner.id), source)

    telling = Telling(
        subject=subject,
        about=AboutKind.MEETING,
        about_id=meeting.id,
        write=to,
        circle=Circle(members=frozenset(seats), told=told),
        of=of,
        entry=meeting.entry(f"{act.settings.public_url}/conseil/reunions/{meeting.id}"),
    )
    return await tell(act, telling)


def _seats(members: Sequence[Invited]) -> dict[UUID, Seat]:
    return {member.institution_id: member.seat for member in members}


def _meeting(
    event: MeetingConvened | MeetingRescheduled | MeetingCancelled, *, agenda: Sequence[str], cancelled: bool = False
) -> Meeting:
    return Meeting(
        id=event.meeting_id,
        body_name=event.body_name,
        body_kind=event.body_kind,
        theme=event.theme,
        subject=event.subject,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        place=event.place,
        agenda=tuple(agenda),
        sequence=event.calendar_sequence,
        cancelled=cancelled,
    )
