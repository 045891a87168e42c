"""Enters an institution in the directory with its channels."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from schemas.events.bodies import InstitutionKind
from services.chassis.act import Act
from services.chassis.decisions import Decision
from services.notifications import store
from services.notifications.domain.partner import Partner
from services.notifications.domain.refusals import PartnerAlreadyRegistered
from services.notifications.use_cases.channels import Channels


class RegisterPartner(Channels):
    """Enter an institution and its channels. What the council's facts say of its name and kind prevails."""

    name: str = Field(min_length=2, max_length=160, description="As letters show it.")
    kind: InstitutionKind = Field(description="What it is; decides what it is told.")
    commune: str | None = Field(default=None, pattern=r"^[0-9][0-9AB][0-9]{3}$", description="INSEE code.")


async def register_partner(institution_id: UUID, command: RegisterPartner, act: Act) -> Decision[Partner]:
    known = await store.lock_partner(act.tx, institution_id)
    if known is not None and known.version > 0:
        raise PartnerAlreadyRegistered
    entered = Partner(id=institution_id, name=command.name, kind=command.kind, commune=command.commune)
    decision = command.given_to(known if known is not None and known.kind else entered, act.settings)
    await store.save_partner(act.tx, decision.state)
    return decision
