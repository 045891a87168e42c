"""Release a publication."""

from __future__ import annotations

from uuid import UUID

from services.cases import reference, store
from services.cases.domain import publication
from services.cases.domain.days import day_of
from services.cases.domain.publication import Publication
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class PublishPublication(Command):
    """Make an approved publication available to partners and to the public."""


async def publish_publication(publication_id: UUID, command: PublishPublication, act: Act) -> Decision[Publication]:
    """Raises NotFound, StaleVersion, or as the domain's publish_publication."""
    found = act.current(await store.lock_publication(act.tx, publication_id))
    today = day_of(act.now)
    decision = publication.publish_publication(found, months=reference.verification_months(today), today=today)
    await store.save_publication(act.tx, decision.state)
    return decision
