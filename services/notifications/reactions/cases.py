"""Reactions to the life of cases. What is told is neutral; the case itself is read on its page."""

from __future__ import annotations

from schemas.events.cases import (
    ProsecutorClearanceReceived,
    ProsecutorConsulted,
    ProsecutorObjectionReceived,
    ProsecutorReplyTimedOut,
    RecallCaseClosed,
    RecallSuspended,
)
from schemas.events.deliveries import AboutKind, DeliverySubject
from services.chassis.act import Act
from services.chassis.decisions import Decision
from services.chassis.french import local
from services.notifications.domain.audience import Circle
from services.notifications.domain.delivery import Delivery
from services.notifications.reactions.telling import Telling, Write, tell
from services.notifications.wording import cases as wording

Step = (
    ProsecutorClearanceReceived
    | ProsecutorObjectionReceived
    | ProsecutorReplyTimedOut
    | RecallSuspended
    | RecallCaseClosed
)
_SUBJECTS: dict[type[Step], DeliverySubject] = {
    ProsecutorClearanceReceived: DeliverySubject.RECALL_CLEARED,
    ProsecutorObjectionReceived: DeliverySubject.RECALL_OBJECTED,
    ProsecutorReplyTimedOut: DeliverySubject.RECALL_REPLY_OVERDUE,
    RecallSuspended: DeliverySubject.RECALL_SUSPENDED,
    RecallCaseClosed: DeliverySubject.RECALL_CLOSED,
}


async def tell_prosecutor_consulted(event: ProsecutorConsulted, act: Act) -> list[Decision[Delivery]]:
    return await _tell(
        event,
        act,
        DeliverySubject.RECALL_CONSULTATION,
        lambda _, source: wording.consultation(event.reply_due, source.recall(event.case_id), source),
    )


async def tell_step(event: Step, act: Act) -> list[Decision[Delivery]]:
    assert act.cause is not None, "only facts are told"
    subject, told_on = _SUBJECTS[type(event)], local(act.cause.time).date()
    return await _tell(
        event,
        act,
        subject,
        lambda _, source: wording.step(subject, told_on, source.recall(event.case_id), source),
    )


async def _tell(
    event: ProsecutorConsulted | Step, act: Act, subject: DeliverySubject, write: Write
) -> list[Decision[Delivery]]:
    return await tell(
        act,
        Telling(
            subject=subject,
            about=AboutKind.CASE,
            about_id=event.case_id,
            write=write,
            circle=Circle(commune=event.commune),
        ),
    )
