"""Facts about the council's action plans, from first draft to last signature.

Topic `cispd.plans`, class A. Signatories are institutions; no person is named.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.envelope import Event
from schemas.events.bodies import InstitutionKind, Theme


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class PlannedAction(_Part):
    """One action of a plan."""

    title: str = Field(description="What will be done.")
    theme: Theme = Field(description="The axis it serves.")
    pilot: str = Field(description="Name of the institution that leads it.")


class Signatory(_Part):
    """An institution whose signature the plan needs."""

    institution_id: UUID = Field(description="The institution.")
    name: str = Field(description="Its name.")
    kind: InstitutionKind = Field(description="What it is.")


class _PlanFact(Event):
    aggregate: ClassVar[str] = "plan_id"

    plan_id: UUID = Field(description="The plan.")
    title: str = Field(description="Its title.")


class ActionPlanDrafted(_PlanFact):
    """A plan is being written."""

    starts_on: date = Field(description="First day it covers.")
    ends_on: date = Field(description="Last day it covers.")
    actions: list[PlannedAction] = Field(description="Its actions.")
    signatories: list[Signatory] = Field(description="The institutions whose signature it needs.")


class ActionPlanSubmitted(_PlanFact):
    """The plan was put before the steering committee and awaits a plenary."""

    body_id: UUID = Field(description="The restricted committee.")
    body_name: str = Field(description="Its name.")


class ActionPlanValidated(_PlanFact):
    """A plenary that was held validated the plan; its signatures can be collected."""

    meeting_id: UUID = Field(description="The plenary meeting.")
    validated_on: date = Field(description="Day of that meeting, in Paris.")
    signatories: list[Signatory] = Field(description="The institutions whose signature is awaited.")


class ActionPlanSignatureCollected(_PlanFact):
    """One signatory signed."""

    institution_id: UUID = Field(description="The institution that signed.")
    institution_name: str = Field(description="Its name.")
    signed_on: date = Field(description="Day of the signature, in Paris.")
    collected: int = Field(ge=1, description="Signatures collected so far.")
    required: int = Field(ge=1, description="Signatures the plan needs.")


class ActionPlanSigned(_PlanFact):
    """The last signature was collected: the plan is signed."""

    signed_on: date = Field(description="Day of the last signature, in Paris.")
    signatories: list[Signatory] = Field(description="The institutions that signed.")
