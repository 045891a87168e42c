"""Sign an action plan."""

from __future__ import annotations

from uuid import UUID

from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.meetings import history, store
from services.meetings.domain.plan import Plan, sign


class SignPlan(Command):
    """Sign the plan for the institution the caller sits for; the last signature makes it signed."""


async def sign_plan(plan_id: UUID, command: SignPlan, act: Act) -> Decision[Plan]:
    """Raises PlanNotValidated, NotASignatory or SecondSignatureBySameSignatory."""
    plan = act.current(await store.lock_plan(act.tx, plan_id))
    decision = sign(plan, act.by.institution, now=act.now)
    await store.save_plan(act.tx, decision.state)
    history.keep(act, decision)
    return decision
