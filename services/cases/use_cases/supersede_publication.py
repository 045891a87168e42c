"""Take a publication out of use because a newer one replaces it."""

from __future__ import annotations

from uuid import UUID

from services.cases import store
from services.cases.domain import publication
from services.cases.domain.publication import Publication
from services.cases.domain.publication_refusals import ReplacementUnknown
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class SupersedePublication(Command):
    """Say which publication replaces this one."""

    superseded_by: UUID


async def supersede_publication(publication_id: UUID, command: SupersedePublication, act: Act) -> Decision[Publication]:
    """Raises NotFound, StaleVersion, ReplacementUnknown, or as the domain's supersede_publication."""
    found = act.current(await store.lock_publication(act.tx, publication_id))
    decision = publication.supersede_publication(found, command.superseded_by)
    if not await store.publication_exists(act.tx, command.superseded_by):
        raise ReplacementUnknown
    await store.save_publication(act.tx, decision.state)
    return decision
