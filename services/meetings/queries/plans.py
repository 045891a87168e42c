"""Action plans as people read them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from schemas.events.bodies import InstitutionKind, Theme
from services.chassis.act import Tx
from services.chassis.errors import NotFound
from services.meetings.domain.plan import Plan, PlanState
from services.meetings.queries.past import PastAct, history_of
from services.meetings.store.plans import find_plan


class PlanRow(BaseModel):
    id: UUID
    version: int
    title: str
    state: PlanState
    starts_on: date
    ends_on: date
    collected: int = Field(description="Signatures collected so far.")
    required: int = Field(description="Signatures the plan needs.")
    signed_on: date | None


class ActionView(BaseModel):
    title: str
    theme: Theme
    pilot_id: UUID
    pilot: str


class SignatureView(BaseModel):
    institution_id: UUID
    name: str
    kind: InstitutionKind
    feminine: bool
    signed_on: date | None


class PlanView(PlanRow):
    drafted_at: datetime
    submitted_at: datetime | None
    submitted_to: UUID | None
    validated_by: UUID | None
    validated_on: date | None
    actions: list[ActionView]
    signatures: list[SignatureView]
    history: list[PastAct]


_ROWS = """
select plans.*,
       (select count(*) from signatures where plan_id = plans.id and signed_on is not null) as collected,
       (select count(*) from signatures where plan_id = plans.id) as required
from plans
where ($1::text is null or state = $1)
"""


async def list_plans(
    tx: Tx, *, state: PlanState | None = None, limit: int = 50, after: int = 0
) -> tuple[list[PlanRow], int]:
    """Plans, latest first, and how many there are."""
    rows = await tx.fetch(_ROWS + " order by starts_on desc, id limit $2 offset $3", state, limit, after)
    total = await tx.fetchval("select count(*) from plans where ($1::text is null or state = $1)", state)
    return [PlanRow(**row) for row in rows], total


async def read_plan(tx: Tx, plan_id: UUID) -> Plan:
    """The aggregate, for the guards of a page. Raises NotFound."""
    plan = await find_plan(tx, plan_id)
    if plan is None:
        raise NotFound
    return plan


async def view_plan(tx: Tx, plan_id: UUID) -> PlanView:
    """Raises NotFound."""
    plan = await read_plan(tx, plan_id)
    return view_of(plan, await history_of(tx, plan_id))


def view_of(plan: Plan, history: list[PastAct]) -> PlanView:
    """What a reader sees of a plan."""
    return PlanView(
        **{name: getattr(plan, name) for name in _SAME},
        required=len(plan.signatures),
        actions=[ActionView(**action.planned.model_dump(), pilot_id=action.pilot_id) for action in plan.actions],
        signatures=[
            SignatureView(
                institution_id=signature.institution.id,
                name=signature.institution.name,
                kind=signature.institution.kind,
                feminine=signature.institution.feminine,
                signed_on=signature.signed_on,
            )
            for signature in plan.signatures
        ],
        history=history,
    )


_SAME = PlanView.model_fields.keys() - {"required", "actions", "signatures", "history"}
