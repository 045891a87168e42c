"""Reactions to drop-in sessions and publications."""

from __future__ import annotations

from schemas.events.deliveries import AboutKind, DeliverySubject
from schemas.events.outreach import DropInSessionCancelled, DropInSessionPublished, PublicationPublished
from services.chassis.act import Act
from services.chassis.decisions import Decision
from services.notifications import store
from services.notifications.domain.audience import Circle
from services.notifications.domain.delivery import Delivery
from services.notifications.reactions.telling import Telling, tell
from services.notifications.wording import outreach as wording


async def tell_session_published(event: DropInSessionPublished, act: Act) -> list[Decision[Delivery]]:
    return await tell(
        act,
        Telling(
            subject=DeliverySubject.SESSION_PUBLISHED,
            about=AboutKind.DROP_IN_SESSION,
            about_id=event.session_id,
            write=lambda _, source: wording.session_published(event, source),
            circle=Circle(commune=event.commune),
        ),
    )


async def tell_session_cancelled(event: DropInSessionCancelled, act: Act) -> list[Decision[Delivery]]:
    told = await store.told(act.tx, event.session_id, {DeliverySubject.SESSION_PUBLISHED})
    return await tell(
        act,
        Telling(
            subject=DeliverySubject.SESSION_CANCELLED,
            about=AboutKind.DROP_IN_SESSION,
            about_id=event.session_id,
            write=lambda _, source: wording.session_cancelled(event, source),
            circle=Circle(told=told),
        ),
    )


async def tell_publication_published(event: PublicationPublished, act: Act) -> list[Decision[Delivery]]:
    return await tell(
        act,
        Telling(
            subject=DeliverySubject.PUBLICATION_PUBLISHED,
            about=AboutKind.PUBLICATION,
            about_id=event.publication_id,
            write=lambda _, source: wording.publication_published(event, source),
        ),
    )
