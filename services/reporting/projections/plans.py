"""Action plans and their signatures."""

from __future__ import annotations

from schemas.events.plans import (
    ActionPlanDrafted,
    ActionPlanSignatureCollected,
    ActionPlanSigned,
    ActionPlanSubmitted,
    ActionPlanValidated,
)
from services.chassis.act import Act
from services.chassis.subscriptions import Subscriptions
from services.reporting import store
from services.reporting.projections.moment import told_at

plans = Subscriptions()


@plans.on(ActionPlanDrafted)
async def on_action_plan_drafted(event: ActionPlanDrafted, act: Act) -> None:
    await store.save_plan(
        act.tx,
        event.plan_id,
        event.title,
        event.starts_on,
        event.ends_on,
        len(event.actions),
        len(event.signatories),
        told_at(act),
    )
    for signatory in event.signatories:
        await store.save_signature(act.tx, event.plan_id, signatory.institution_id, signatory.name, None)


@plans.on(ActionPlanSubmitted)
async def on_action_plan_submitted(event: ActionPlanSubmitted, act: Act) -> None:
    await store.move_plan(act.tx, event.plan_id, "submitted", told_at(act))


@plans.on(ActionPlanValidated)
async def on_action_plan_validated(event: ActionPlanValidated, act: Act) -> None:
    await store.move_plan(act.tx, event.plan_id, "awaiting", told_at(act))


@plans.on(ActionPlanSignatureCollected)
async def on_action_plan_signature_collected(event: ActionPlanSignatureCollected, act: Act) -> None:
    await store.save_signature(act.tx, event.plan_id, event.institution_id, event.institution_name, event.signed_on)
    await store.move_plan(act.tx, event.plan_id, "awaiting", told_at(act))


@plans.on(ActionPlanSigned)
async def on_action_plan_signed(event: ActionPlanSigned, act: Act) -> None:
    await store.move_plan(act.tx, event.plan_id, "signed", told_at(act), event.signed_on)
