"""Action plans with their actions and signatures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from schemas.events.bodies import Theme
from schemas.events.plans import PlannedAction
from services.chassis.act import Tx
from services.meetings.domain.plan import Action, Plan, PlanState, Signature
from services.meetings.store.bodies import institution_from

_PLAN = "select * from plans where id = $1"

_ACTIONS = """
select plan_actions.*, institutions.name as pilot
from plan_actions join institutions on institutions.id = plan_actions.pilot_id
where plan_actions.plan_id = $1
order by plan_actions.position
"""

_SIGNATURES = """
select institutions.*, signatures.signed_on
from signatures join institutions on institutions.id = signatures.institution_id
where signatures.plan_id = $1
order by signatures.position
"""

_SAVE = """
insert into plans (id, version, title, state, starts_on, ends_on, drafted_at, submitted_at, submitted_to,
                   validated_by, validated_on, signed_on)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (id) do update set
    version = excluded.version, state = excluded.state, submitted_at = excluded.submitted_at,
    submitted_to = excluded.submitted_to, validated_by = excluded.validated_by,
    validated_on = excluded.validated_on, signed_on = excluded.signed_on
"""

_SAVE_ACTION = """
insert into plan_actions (plan_id, position, title, theme, pilot_id)
values ($1, $2, $3, $4, $5)
on conflict (plan_id, position) do nothing
"""

_SAVE_SIGNATURE = """
insert into signatures (plan_id, institution_id, position, signed_on)
values ($1, $2, $3, $4)
on conflict (plan_id, institution_id) do update set signed_on = excluded.signed_on
"""


async def lock_plan(tx: Tx, plan_id: UUID) -> Plan | None:
    row = await tx.fetchrow(_PLAN + " for update", plan_id)
    return await _plan(tx, row) if row else None


async def find_plan(tx: Tx, plan_id: UUID) -> Plan | None:
    """The plan as it is now, for reading only."""
    row = await tx.fetchrow(_PLAN, plan_id)
    return await _plan(tx, row) if row else None


async def save_plan(tx: Tx, plan: Plan) -> None:
    await tx.execute(
        _SAVE,
        *(plan.id, plan.version, plan.title, plan.state, plan.starts_on, plan.ends_on, plan.drafted_at),
        *(plan.submitted_at, plan.submitted_to, plan.validated_by, plan.validated_on, plan.signed_on),
    )
    if plan.actions:
        await tx.executemany(_SAVE_ACTION, [_action_row(plan.id, *placed) for placed in enumerate(plan.actions, 1)])
    if plan.signatures:
        signatures = [_signature_row(plan.id, *placed) for placed in enumerate(plan.signatures, 1)]
        await tx.executemany(_SAVE_SIGNATURE, signatures)


def _action_row(plan_id: UUID, position: int, action: Action) -> tuple[Any, ...]:
    return (plan_id, position, action.planned.title, action.planned.theme, action.pilot_id)


def _signature_row(plan_id: UUID, position: int, signature: Signature) -> tuple[Any, ...]:
    return (plan_id, signature.institution.id, position, signature.signed_on)


async def _plan(tx: Tx, row: Mapping[str, Any]) -> Plan:
    actions = await tx.fetch(_ACTIONS, row["id"])
    signatures = await tx.fetch(_SIGNATURES, row["id"])
    return Plan(
        **{name: row[name] for name in _PLAIN},
        state=PlanState(row["state"]),
        actions=tuple(_action(action) for action in actions),
        signatures=tuple(Signature(institution=institution_from(f), signed_on=f["signed_on"]) for f in signatures),
    )


_PLAIN = (
    *("id", "version", "title", "starts_on", "ends_on", "drafted_at", "submitted_at", "submitted_to"),
    *("validated_by", "validated_on", "signed_on"),
)


def _action(row: Mapping[str, Any]) -> Action:
    planned = PlannedAction(title=row["title"], theme=Theme(row["theme"]), pilot=row["pilot"])
    return Action(planned=planned, pilot_id=row["pilot_id"])
