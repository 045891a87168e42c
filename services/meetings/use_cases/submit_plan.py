"""Put an action plan before the steering committee."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.meetings import history, store
from services.meetings.domain.plan import Plan, submit


class SubmitPlan(Command):
    """Put the plan before the restricted committee; a plenary held from then on may validate it."""

    body_id: UUID = Field(description="The restricted committee.")


async def submit_plan(plan_id: UUID, command: SubmitPlan, act: Act) -> Decision[Plan]:
    """Raises BodyUnknown, NotTheSteeringCommittee or PlanAlreadySubmitted."""
    plan = act.current(await store.lock_plan(act.tx, plan_id))
    decision = submit(plan, await store.constituted_body_of(act.tx, command.body_id), now=act.now)
    await store.save_plan(act.tx, decision.state)
    history.keep(act, decision)
    return decision
