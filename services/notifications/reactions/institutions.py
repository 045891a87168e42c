"""Reactions to institutions becoming known to the council."""

from __future__ import annotations

from schemas.events.bodies import InstitutionRegistered
from services.chassis.act import Act
from services.notifications import store


async def enter_institution(event: InstitutionRegistered, act: Act) -> None:
    """The directory has a line for every institution, with or without an address."""
    await store.know_institution(act.tx, event.institution_id, event.name, event.kind, event.commune)
