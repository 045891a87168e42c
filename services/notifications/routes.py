"""The API of the directory and of the deliveries."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query

from schemas.events.deliveries import Channel, DeliverySubject
from services.chassis.errors import NotFound
from services.chassis.http import After, Limit, Look, Page, Routes
from services.notifications import queries
from services.notifications.domain.delivery import DeliveryState
from services.notifications.queries import Filter
from services.notifications.use_cases.change_channels import ChangeChannels, change_channels
from services.notifications.use_cases.register_partner import RegisterPartner, register_partner
from services.notifications.use_cases.retry_delivery import RetryDelivery, retry_delivery
from services.notifications.views import DeliveryLine, DeliveryView, PartnerView
from services.notifications.visibility import (
    DIRECTORY_READERS,
    READERS,
    RETRIERS,
    SECRETARIAT,
    may_see,
    within_sight,
)

routes = Routes()
PARTNER = "/api/partners/{institution_id}"
DELIVERY = "/api/deliveries/{delivery_id}"

routes.create(PARTNER, RegisterPartner, register_partner, allow=SECRETARIAT)
routes.act(f"{PARTNER}/channels", ChangeChannels, change_channels, allow=SECRETARIAT)
routes.act(f"{DELIVERY}/retry", RetryDelivery, retry_delivery, allow=RETRIERS)


@routes.read("/api/partners", allow=DIRECTORY_READERS)
async def list_partners(
    look: Look, reachable: bool | None = None, limit: Limit = 50, after: After = 0
) -> Page[PartnerView]:
    """The directory by name; `reachable=false`: institutions without any address."""
    found, total = await queries.partners(look.tx, limit=limit, after=after, reachable=reachable)
    return Page[PartnerView].of([PartnerView.of(one) for one in found], total=total, limit=limit, after=after)


@routes.read(PARTNER, allow=DIRECTORY_READERS)
async def partner(look: Look, institution_id: UUID) -> PartnerView:
    """One institution and its channels."""
    found = await queries.partner(look.tx, institution_id)
    if found is None:
        raise NotFound
    return PartnerView.of(found)


@routes.read("/api/deliveries", allow=READERS)
async def list_deliveries(
    look: Look,
    institution: UUID | None = None,
    about: Annotated[UUID | None, Query(description="The meeting, plan, session, publication or case")] = None,
    state: Annotated[list[DeliveryState] | None, Query(max_length=7)] = None,
    subject: DeliverySubject | None = None,
    channel: Channel | None = None,
    limit: Limit = 50,
    after: After = 0,
) -> Page[DeliveryLine]:
    """Deliveries the caller may see, the latest first."""
    asked = Filter(
        institution=institution, about_id=about, state=frozenset(state or ()), subject=subject, channel=channel
    )
    lines, total = await queries.deliveries(look.tx, within_sight(asked, look.by), limit=limit, after=after)
    return Page[DeliveryLine].of([DeliveryLine.of(line) for line in lines], total=total, limit=limit, after=after)


@routes.read(DELIVERY, allow=READERS)
async def delivery(look: Look, delivery_id: UUID) -> DeliveryView:
    """One delivery with its text, its proof and its attempts."""
    found = await queries.delivery(look.tx, delivery_id)
    if found is None or not may_see(found[0], look.by):
        raise NotFound
    return DeliveryView.whole(*found, await queries.attempts(look.tx, delivery_id))
