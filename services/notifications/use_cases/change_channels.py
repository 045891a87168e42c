"""Changes how an institution is reached; what waited for an address leaves by itself."""

from __future__ import annotations

from uuid import UUID

from services.chassis.act import Act
from services.chassis.decisions import Decision
from services.notifications import store
from services.notifications.domain.partner import Partner
from services.notifications.use_cases.channels import Channels


class ChangeChannels(Channels):
    """The channels from now on; a channel left out is given up."""


async def change_channels(institution_id: UUID, command: ChangeChannels, act: Act) -> Decision[Partner]:
    partner = act.current(await store.lock_partner(act.tx, institution_id))
    decision = command.given_to(partner, act.settings)
    await store.save_partner(act.tx, decision.state)
    return decision
