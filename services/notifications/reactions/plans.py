"""Reactions to action plans being validated and signed."""

from __future__ import annotations

from uuid import UUID

from schemas.events.deliveries import AboutKind, DeliverySubject
from schemas.events.plans import ActionPlanSigned, ActionPlanValidated
from services.chassis.act import Act
from services.chassis.decisions import Decision
from services.notifications import store
from services.notifications.domain.audience import Circle
from services.notifications.domain.delivery import Delivery
from services.notifications.reactions.telling import Telling, Write, tell
from services.notifications.wording import plans as wording


async def tell_plan_validated(event: ActionPlanValidated, act: Act) -> list[Decision[Delivery]]:
    """The signatories are asked to sign; the others concerned learn that it was validated."""
    asked = await _tell(
        event, act, DeliverySubject.SIGNATURE_REQUESTED, lambda _, source: wording.signature_requested(event, source)
    )
    informed = await _tell(
        event, act, DeliverySubject.PLAN_VALIDATED, lambda _, source: wording.validated(event, source)
    )
    return [*asked, *informed]


async def tell_plan_signed(event: ActionPlanSigned, act: Act) -> list[Decision[Delivery]]:
    return await _tell(event, act, DeliverySubject.PLAN_SIGNED, lambda _, source: wording.signed(event, source))


async def _tell(
    event: ActionPlanValidated | ActionPlanSigned, act: Act, subject: DeliverySubject, write: Write
) -> list[Decision[Delivery]]:
    named = [(signatory.institution_id, signatory.name) for signatory in event.signatories]
    await store.name_institutions(act.tx, named)
    signatories: frozenset[UUID] = frozenset(institution for institution, _ in named)
    return await tell(
        act,
        Telling(
            subject=subject,
            about=AboutKind.PLAN,
            about_id=event.plan_id,
            write=write,
            circle=Circle(signatories=signatories),
        ),
    )
