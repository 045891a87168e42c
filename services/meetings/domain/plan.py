"""An action plan: Drafting → Submitted → Validated (awaiting signatures) → Signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from schemas.envelope import Event
from schemas.events.bodies import BodyKind, InstitutionKind
from schemas.events.plans import (
    ActionPlanDrafted,
    ActionPlanSignatureCollected,
    ActionPlanSigned,
    ActionPlanSubmitted,
    ActionPlanValidated,
    PlannedAction,
    Signatory,
)
from services.chassis.decisions import Aggregate, Decision
from services.chassis.french import local
from services.meetings.domain.body import Constituted
from services.meetings.domain.institution import Institution
from services.meetings.domain.meeting import HELD, Meeting
from services.meetings.domain.refusals import (
    MeetingNotHeld,
    NotAPlenary,
    NotASignatory,
    NotTheSteeringCommittee,
    PeriodReversed,
    PlanAlreadySubmitted,
    PlanAlreadyValidated,
    PlanNotSubmitted,
    PlanNotValidated,
    PlenaryBeforeSubmission,
    SecondSignatureBySameSignatory,
    SignatoryListedTwice,
    SignatoryMissing,
)

KIND_NAMES = {
    InstitutionKind.PREFECTURE: "la préfecture",
    InstitutionKind.PROSECUTION: "le parquet",
    InstitutionKind.INTERCOMMUNAL: "la communauté d'agglomération",
    InstitutionKind.DEPARTMENT: "le Département",
}


class PlanState(StrEnum):
    DRAFTING = "drafting"
    SUBMITTED = "submitted"
    VALIDATED = "validated"
    SIGNED = "signed"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A signature that the plan needs; `signed_on` is None until it is given."""

    institution: Institution
    signed_on: date | None = None

    def signatory(self) -> Signatory:
        return Signatory(institution_id=self.institution.id, name=self.institution.name, kind=self.institution.kind)


@dataclass(frozen=True, kw_only=True)
class Action:
    """One action of a plan and the institution that leads it."""

    planned: PlannedAction
    pilot_id: UUID


@dataclass(frozen=True, kw_only=True)
class Plan(Aggregate):
    title: str
    starts_on: date
    ends_on: date
    actions: tuple[Action, ...]
    signatures: tuple[Signature, ...]
    drafted_at: datetime
    state: PlanState = PlanState.DRAFTING
    submitted_at: datetime | None = None
    submitted_to: UUID | None = None
    validated_by: UUID | None = None
    validated_on: date | None = None
    signed_on: date | None = None

    @property
    def collected(self) -> int:
        return sum(signature.signed_on is not None for signature in self.signatures)


def draft(
    plan_id: UUID,
    *,
    title: str,
    starts_on: date,
    ends_on: date,
    actions: Sequence[Action],
    signatories: Sequence[Institution],
    required: Sequence[InstitutionKind],
    now: datetime,
) -> Decision[Plan]:
    """Begins a plan. `required` are the kinds of institution whose signature the rules ask for.

    Raises PeriodReversed, SignatoryListedTwice or SignatoryMissing.
    """
    if ends_on <= starts_on:
        raise PeriodReversed
    if len({signatory.id for signatory in signatories}) < len(signatories):
        raise SignatoryListedTwice
    for kind in required:
        if kind not in {signatory.kind for signatory in signatories}:
            raise SignatoryMissing(missing=KIND_NAMES[kind])
    plan = Plan(
        id=plan_id,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        actions=tuple(actions),
        signatures=tuple(Signature(institution=signatory) for signatory in signatories),
        drafted_at=now,
    )
    return plan.after(
        ActionPlanDrafted(
            plan_id=plan_id,
            title=title,
            starts_on=starts_on,
            ends_on=ends_on,
            actions=[action.planned for action in actions],
            signatories=_signatories(plan),
        )
    )


def ensure_submittable(plan: Plan) -> None:
    """Raises PlanAlreadySubmitted."""
    if plan.state is not PlanState.DRAFTING:
        raise PlanAlreadySubmitted


def submit(plan: Plan, body: Constituted, *, now: datetime) -> Decision[Plan]:
    """Puts the plan before the steering committee. Raises PlanAlreadySubmitted or NotTheSteeringCommittee."""
    ensure_submittable(plan)
    if body.kind is not BodyKind.RESTRICTED:
        raise NotTheSteeringCommittee
    fact = ActionPlanSubmitted(plan_id=plan.id, title=plan.title, body_id=body.id, body_name=body.name)
    return plan.after(fact, state=PlanState.SUBMITTED, submitted_at=now, submitted_to=body.id)


def ensure_validatable(plan: Plan) -> None:
    """Raises PlanNotSubmitted or PlanAlreadyValidated."""
    if plan.state is PlanState.DRAFTING:
        raise PlanNotSubmitted
    if plan.state is not PlanState.SUBMITTED:
        raise PlanAlreadyValidated


def validate(plan: Plan, meeting: Meeting) -> Decision[Plan]:
    """Records that a plenary validated the plan.

    Raises PlanNotSubmitted, PlanAlreadyValidated, NotAPlenary, MeetingNotHeld or PlenaryBeforeSubmission.
    """
    ensure_validatable(plan)
    if meeting.body_kind is not BodyKind.PLENARY:
        raise NotAPlenary
    if meeting.state not in HELD:
        raise MeetingNotHeld
    if plan.submitted_at is not None and meeting.starts_at < plan.submitted_at:
        raise PlenaryBeforeSubmission
    fact = ActionPlanValidated(
        plan_id=plan.id,
        title=plan.title,
        meeting_id=meeting.id,
        validated_on=meeting.day,
        signatories=_signatories(plan),
    )
    return plan.after(fact, state=PlanState.VALIDATED, validated_by=meeting.id, validated_on=meeting.day)


def ensure_signable(plan: Plan, institution_id: UUID | None) -> None:
    """Raises PlanNotValidated, NotASignatory or SecondSignatureBySameSignatory."""
    if plan.state in (PlanState.DRAFTING, PlanState.SUBMITTED):
        raise PlanNotValidated
    own = next((found for found in plan.signatures if found.institution.id == institution_id), None)
    if own is None:
        raise NotASignatory
    if own.signed_on is not None:
        raise SecondSignatureBySameSignatory(institution=own.institution.name)


def sign(plan: Plan, institution_id: UUID | None, *, now: datetime) -> Decision[Plan]:
    """Adds the signature of an institution; the last one makes the plan signed.

    Raises PlanNotValidated, NotASignatory or SecondSignatureBySameSignatory.
    """
    ensure_signable(plan, institution_id)
    today = local(now).date()
    signatures = tuple(
        replace(found, signed_on=today) if found.institution.id == institution_id else found
        for found in plan.signatures
    )
    own = next(found for found in signatures if found.institution.id == institution_id)
    collected = plan.collected + 1
    facts: list[Event] = [
        ActionPlanSignatureCollected(
            plan_id=plan.id,
            title=plan.title,
            institution_id=own.institution.id,
            institution_name=own.institution.name,
            signed_on=today,
            collected=collected,
            required=len(signatures),
        )
    ]
    if collected < len(signatures):
        return plan.after(*facts, signatures=signatures)
    facts.append(ActionPlanSigned(plan_id=plan.id, title=plan.title, signed_on=today, signatories=_signatories(plan)))
    return plan.after(*facts, signatures=signatures, state=PlanState.SIGNED, signed_on=today)


def _signatories(plan: Plan) -> list[Signatory]:
    return [signature.signatory() for signature in plan.signatures]
