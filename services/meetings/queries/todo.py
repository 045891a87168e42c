"""What awaits somebody: meetings not finished, plans not signed, representatives not designated."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from schemas.events.bodies import InstitutionKind
from services.chassis.act import Tx
from services.meetings.domain.plan import PlanState

_SIGNATURES = """
select plans.id as plan_id, plans.title, plans.validated_on, signatures.institution_id, institutions.name,
       institutions.kind
from plans
join signatures on signatures.plan_id = plans.id and signatures.signed_on is null
join institutions on institutions.id = signatures.institution_id
where plans.state = 'validated'
order by plans.validated_on, plans.id, signatures.position
"""

_MANDATES = """
select meetings.id as meeting_id, bodies.name as body_name, meetings.starts_at
from invitations
join meetings on meetings.id = invitations.meeting_id
join bodies on bodies.id = meetings.body_id
where invitations.institution_id = $1 and invitations.seat = 'member-by-right' and invitations.holder is null
  and meetings.state = 'convened' and meetings.starts_at >= $2
order by meetings.starts_at
"""


class AwaitedSignature(BaseModel):
    plan_id: UUID
    title: str
    institution_id: UUID
    name: str
    kind: InstitutionKind


class AwaitedMandate(BaseModel):
    meeting_id: UUID
    body_name: str
    starts_at: datetime


class UnsubmittedPlan(BaseModel):
    id: UUID
    title: str
    state: PlanState


async def awaited_signatures(tx: Tx) -> list[AwaitedSignature]:
    """Signatures that validated plans still need, oldest plan first."""
    return [AwaitedSignature(**row) for row in await tx.fetch(_SIGNATURES)]


async def awaited_mandates(tx: Tx, institution: UUID, *, now: datetime) -> list[AwaitedMandate]:
    """Meetings to come where that institution sits by right and has not said who represents it."""
    return [AwaitedMandate(**row) for row in await tx.fetch(_MANDATES, institution, now)]


async def plans_before_signature(tx: Tx) -> list[UnsubmittedPlan]:
    """Plans in the hands of the secretariat, oldest first."""
    rows = await tx.fetch(
        "select id, title, state from plans where state in ('drafting', 'submitted') order by drafted_at, id"
    )
    return [UnsubmittedPlan(**row) for row in rows]
