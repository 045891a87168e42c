"""Action plans and their signatures."""

from __future__ import annotations

from schemas.events.plans import ActionPlanDrafted, ActionPlanSignatureCollected, ActionPlanSigned
from services.chassis import french
from services.chassis.act import Tx
from services.reporting import queries
from services.reporting.figures.building import build, latest, table
from services.reporting.figures.model import Figure, Row, Value

STATES = {
    "drafting": "en rédaction",
    "submitted": "soumis au comité restreint",
    "awaiting": "signatures attendues",
    "signed": "signé",
}


async def plan_signatures(tx: Tx, year: int) -> Figure:
    """Signatures collected and needed, by plan."""
    plans = await queries.plans_of_year(tx, year)
    rows = [
        Row(code=str(plan.plan_id), label=plan.title, values=[Value.exact(plan.collected), Value.exact(plan.required)])
        for plan in plans
    ]
    collected, required = sum(plan.collected for plan in plans), sum(plan.required for plan in plans)
    return build(
        "plan-signatures",
        "Signatures du plan d'actions" if len(plans) < 2 else "Signatures des plans d'actions",
        Value.exact(collected),
        year=year,
        unit=_state(plans, required),
        definition="Signatures recueillies pour les plans qui couvrent l'année. Un plan est signé par la dernière "
        "signature qu'il attend.",
        source="registre des plans.",
        events=[ActionPlanDrafted, ActionPlanSignatureCollected, ActionPlanSigned],
        updated_at=latest(plan.told_at for plan in plans),
        table=table("Plan", ["Recueillies", "Attendues"], rows, [Value.exact(collected), Value.exact(required)]),
    )


def _state(plans: list[queries.PlanSignatures], required: int) -> str:
    if not plans:
        return "aucun plan ne couvre l'année"
    if all(plan.state == "signed" and plan.signed_on for plan in plans):
        last = max(plan.signed_on for plan in plans if plan.signed_on)
        return f"sur {required}, signé le {french.short_date(last)}"
    return f"sur {required}, {STATES[plans[-1].state]}"
