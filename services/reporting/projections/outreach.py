"""Drop-in sessions with their visitors, publications and where copies were left."""

from __future__ import annotations

from schemas.events.outreach import (
    DropInSessionCancelled,
    DropInSessionHeld,
    DropInSessionPublished,
    PublicationDistributed,
    PublicationPublished,
)
from services.chassis.act import Act
from services.chassis.subscriptions import Subscriptions
from services.reporting import store
from services.reporting.projections.moment import fact_id, told_at

outreach = Subscriptions()
Session = DropInSessionPublished | DropInSessionCancelled | DropInSessionHeld


@outreach.on(DropInSessionPublished)
async def on_drop_in_session_published(event: DropInSessionPublished, act: Act) -> None:
    await _save(event, act, "published")


@outreach.on(DropInSessionCancelled)
async def on_drop_in_session_cancelled(event: DropInSessionCancelled, act: Act) -> None:
    await _save(event, act, "cancelled")


@outreach.on(DropInSessionHeld)
async def on_drop_in_session_held(event: DropInSessionHeld, act: Act) -> None:
    await _save(event, act, "held", event.visitors)


@outreach.on(PublicationPublished)
async def on_publication_published(event: PublicationPublished, act: Act) -> None:
    await store.save_publication(
        act.tx, event.publication_id, event.kind, event.title, event.published_on, told_at(act)
    )


@outreach.on(PublicationDistributed)
async def on_publication_distributed(event: PublicationDistributed, act: Act) -> None:
    await store.save_distribution(
        act.tx,
        fact_id(act),
        event.publication_id,
        event.quantity,
        event.place_type,
        event.distributed_on,
        told_at(act),
    )


async def _save(event: Session, act: Act, state: str, visitors: int | None = None) -> None:
    await store.save_session(
        act.tx,
        event.session_id,
        event.commune,
        event.district,
        event.district_name,
        event.starts_at,
        state,
        visitors,
        told_at(act),
    )
