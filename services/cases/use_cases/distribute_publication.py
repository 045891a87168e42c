"""Record that copies of a publication were left somewhere."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from schemas.events.outreach import PlaceType
from services.cases import reference, store
from services.cases.domain import publication
from services.cases.domain.days import day_of
from services.cases.domain.publication import Publication
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class DistributePublication(Command):
    """Record how many copies were left in which kind of place."""

    quantity: int = Field(ge=1, le=100_000, description="Number of copies.")
    place_type: PlaceType
    distributed_on: date


async def distribute_publication(
    publication_id: UUID, command: DistributePublication, act: Act
) -> Decision[Publication]:
    """Raises NotFound, StaleVersion, or as the domain's distribute_publication."""
    found = act.current(await store.lock_publication(act.tx, publication_id))
    today = day_of(act.now)
    decision = publication.distribute_publication(
        found,
        quantity=command.quantity,
        place_type=command.place_type,
        on=command.distributed_on,
        months=reference.verification_months(today),
        today=today,
    )
    await store.save_publication(act.tx, decision.state)
    await store.add_distribution(
        act.tx,
        publication_id,
        on=command.distributed_on,
        quantity=command.quantity,
        place_type=command.place_type,
    )
    return decision
