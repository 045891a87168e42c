"""Record that a plenary validated an action plan."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.meetings import history, store
from services.meetings.domain.plan import Plan, validate


class ValidatePlan(Command):
    """Record that a plenary that was held validated the plan; its signatures may then be collected."""

    meeting_id: UUID = Field(description="The plenary meeting.")


async def validate_plan(plan_id: UUID, command: ValidatePlan, act: Act) -> Decision[Plan]:
    """Raises MeetingUnknown, NotAPlenary, MeetingNotHeld, PlenaryBeforeSubmission, PlanNotSubmitted or
    PlanAlreadyValidated.
    """
    plan = act.current(await store.lock_plan(act.tx, plan_id))
    decision = validate(plan, await store.meeting_of(act.tx, command.meeting_id))
    await store.save_plan(act.tx, decision.state)
    history.keep(act, decision)
    return decision
