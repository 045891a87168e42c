"""Drop-in sessions with their visitors, publications and where copies were left."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from schemas.envelope import Envelope
from schemas.events.outreach import (
    DropInSessionCancelled,
    DropInSessionHeld,
    DropInSessionPublished,
    PublicationDistributed,
    PublicationPublished,
)
from services.chassis.projections import Change, Projection, Table

SESSION = Table("drop_in_session", key=("session_id",), kept=frozenset({"commune", "district", "district_name"}))
PUBLICATION = Table("publication", key=("publication_id",), kept=frozenset({"kind"}))
DISTRIBUTION = Table(
    "distribution",
    key=("fact_id",),
    kept=frozenset({"publication_id", "quantity", "place_type", "distributed_on", "told_at"}),
)

outreach = Projection("outreach", SESSION, PUBLICATION, DISTRIBUTION)
Session = DropInSessionPublished | DropInSessionCancelled | DropInSessionHeld


@outreach.on(DropInSessionPublished)
def on_drop_in_session_published(event: DropInSessionPublished, cause: Envelope) -> Iterator[Change]:
    yield _session(event, cause, "published")


@outreach.on(DropInSessionCancelled)
def on_drop_in_session_cancelled(event: DropInSessionCancelled, cause: Envelope) -> Iterator[Change]:
    yield _session(event, cause, "cancelled")


@outreach.on(DropInSessionHeld)
def on_drop_in_session_held(event: DropInSessionHeld, cause: Envelope) -> Iterator[Change]:
    yield _session(event, cause, "held", event.visitors)


@outreach.on(PublicationPublished)
def on_publication_published(event: PublicationPublished, cause: Envelope) -> Iterator[Change]:
    yield PUBLICATION.put(
        publication_id=event.publication_id,
        kind=event.kind,
        title=event.title,
        published_on=event.published_on,
        told_at=cause.time,
    )


@outreach.on(PublicationDistributed)
def on_publication_distributed(event: PublicationDistributed, cause: Envelope) -> Iterator[Change]:
    """A distribution has no id of its own: the fact's id tells a repeated fact from a second distribution."""
    yield DISTRIBUTION.put(
        fact_id=UUID(cause.id),
        publication_id=event.publication_id,
        quantity=event.quantity,
        place_type=event.place_type,
        distributed_on=event.distributed_on,
        told_at=cause.time,
    )


def _session(event: Session, cause: Envelope, state: str, visitors: int | None = None) -> Change:
    return SESSION.put(
        session_id=event.session_id,
        commune=event.commune,
        district=event.district,
        district_name=event.district_name,
        starts_at=event.starts_at,
        state=state,
        visitors=visitors,
        told_at=cause.time,
    )
