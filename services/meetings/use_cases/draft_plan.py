"""Begin an action plan."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.events.bodies import Theme
from schemas.events.plans import PlannedAction
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.chassis.french import local
from services.meetings import history, rules, store
from services.meetings.domain.plan import Action, Plan, draft
from services.meetings.texts import Line


class DraftedAction(BaseModel):
    """One action of the plan."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    title: Line = Field(description="What will be done.")
    theme: Theme = Field(description="The axis it serves.")
    pilot_id: UUID = Field(description="The institution that leads it.")


class DraftPlan(Command):
    """Begin an action plan with its actions and the institutions that will sign it."""

    title: Line = Field(description="Its title.")
    starts_on: date = Field(description="First day it covers.")
    ends_on: date = Field(description="Last day it covers.")
    actions: list[DraftedAction] = Field(min_length=1, max_length=100, description="Its actions.")
    signatories: list[UUID] = Field(min_length=1, max_length=20, description="The institutions that will sign it.")


async def draft_plan(plan_id: UUID, command: DraftPlan, act: Act) -> Decision[Plan]:
    """Raises InstitutionUnknown, PeriodReversed, SignatoryListedTwice or SignatoryMissing."""
    pilots = await store.institutions_of(act.tx, [action.pilot_id for action in command.actions], field="actions")
    actions = [
        Action(planned=PlannedAction(title=action.title, theme=action.theme, pilot=pilot.name), pilot_id=pilot.id)
        for action, pilot in zip(command.actions, pilots, strict=True)
    ]
    decision = draft(
        plan_id,
        title=command.title,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        actions=actions,
        signatories=await store.institutions_of(act.tx, command.signatories, field="signatories"),
        required=rules.required_signatories(on=local(act.now).date()),
        now=act.now,
    )
    await store.save_plan(act.tx, decision.state)
    history.keep(act, decision)
    return decision
