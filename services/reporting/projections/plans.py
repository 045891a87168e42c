"""Action plans and their signatures."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.envelope import Envelope
from schemas.events.plans import (
    ActionPlanDrafted,
    ActionPlanSignatureCollected,
    ActionPlanSigned,
    ActionPlanSubmitted,
    ActionPlanValidated,
)
from services.chassis.projections import Change, Projection, Table

PLAN = Table("plan", key=("plan_id",))
SIGNATURE = Table("signature", key=("plan_id", "institution_id"))

plans = Projection("plans", PLAN, SIGNATURE)
Plan = ActionPlanSubmitted | ActionPlanValidated | ActionPlanSignatureCollected


@plans.on(ActionPlanDrafted)
def on_action_plan_drafted(event: ActionPlanDrafted, cause: Envelope) -> Iterator[Change]:
    yield PLAN.put(
        plan_id=event.plan_id,
        title=event.title,
        state="drafting",
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        actions=len(event.actions),
        required=len(event.signatories),
        told_at=cause.time,
    )
    for signatory in event.signatories:
        yield SIGNATURE.put(
            plan_id=event.plan_id,
            institution_id=signatory.institution_id,
            institution_name=signatory.name,
            signed_on=None,
        )


@plans.on(ActionPlanSubmitted)
def on_action_plan_submitted(event: ActionPlanSubmitted, cause: Envelope) -> Iterator[Change]:
    yield _unsigned(event, cause, "submitted")


@plans.on(ActionPlanValidated)
def on_action_plan_validated(event: ActionPlanValidated, cause: Envelope) -> Iterator[Change]:
    yield _unsigned(event, cause, "awaiting")


@plans.on(ActionPlanSignatureCollected)
def on_action_plan_signature_collected(event: ActionPlanSignatureCollected, cause: Envelope) -> Iterator[Change]:
    yield SIGNATURE.put(
        plan_id=event.plan_id,
        institution_id=event.institution_id,
        institution_name=event.institution_name,
        signed_on=event.signed_on,
    )
    yield _unsigned(event, cause, "awaiting")


@plans.on(ActionPlanSigned)
def on_action_plan_signed(event: ActionPlanSigned, cause: Envelope) -> Iterator[Change]:
    yield PLAN.change(plan_id=event.plan_id, state="signed", signed_on=event.signed_on, told_at=cause.time)


def _unsigned(event: Plan, cause: Envelope, state: str) -> Change:
    return PLAN.change(plan_id=event.plan_id, state=state, signed_on=None, told_at=cause.time)
