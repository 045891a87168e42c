"""Action plans from draft to last signature."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from schemas.events.bodies import BodyKind, Theme
from schemas.events.plans import ActionPlanSignatureCollected, ActionPlanSigned, PlannedAction
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.plan import Action, Plan, PlanState, draft, sign, submit, validate
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
from services.meetings.domain.session import hold
from tests.unit.meetings.council import (
    DEPARTMENT,
    DUTY,
    INTERCOMMUNAL,
    LANDLORD,
    NOW,
    PREFECTURE,
    PROSECUTION,
    START,
    attended,
    body,
    convened,
    in_session,
    known,
)

SIGNATORIES = (PREFECTURE, PROSECUTION, INTERCOMMUNAL, DEPARTMENT)
REQUIRED = [signatory.kind for signatory in SIGNATORIES]
RESTRICTED = body(BodyKind.RESTRICTED)


def drafted(**changes: Any) -> Plan:
    action = PlannedAction(title="Médiation", theme=Theme.PUBLIC_TRANQUILLITY, pilot=LANDLORD.name)
    values: dict[str, Any] = {
        "title": "Plan 2017",
        "starts_on": date(2017, 4, 1),
        "ends_on": date(2018, 3, 31),
        "actions": [Action(planned=action, pilot_id=LANDLORD.id)],
        "signatories": SIGNATORIES,
        "required": REQUIRED,
        "now": NOW,
    }
    return draft(known("plan"), **(values | changes)).state


def submitted() -> Plan:
    return submit(drafted(), RESTRICTED, now=NOW).state


def held(of: BodyKind = BodyKind.PLENARY) -> Meeting:
    return hold(attended(in_session(body(of))), duty_kinds=DUTY, now=START).state


def validated() -> Plan:
    return validate(submitted(), held()).state


def test_a_plan_covers_a_period_that_goes_forward() -> None:
    with pytest.raises(PeriodReversed):
        drafted(ends_on=date(2017, 4, 1))


def test_a_plan_lists_every_required_signatory_once() -> None:
    with pytest.raises(SignatoryMissing):
        drafted(signatories=SIGNATORIES[:3])
    with pytest.raises(SignatoryListedTwice):
        drafted(signatories=(*SIGNATORIES, PREFECTURE))


def test_a_plan_goes_once_to_a_restricted_committee() -> None:
    with pytest.raises(NotTheSteeringCommittee):
        submit(drafted(), body(), now=NOW)
    with pytest.raises(PlanAlreadySubmitted):
        submit(submitted(), RESTRICTED, now=NOW)


def test_a_held_plenary_validates_a_plan_once() -> None:
    plan = validated()
    assert (plan.state, plan.validated_on) == (PlanState.VALIDATED, date(2017, 1, 20))
    with pytest.raises(PlanAlreadyValidated):
        validate(plan, held())


def test_a_plan_is_validated_after_it_was_submitted() -> None:
    with pytest.raises(PlanNotSubmitted):
        validate(drafted(), held())
    late = submit(drafted(), RESTRICTED, now=START + timedelta(days=1)).state
    with pytest.raises(PlenaryBeforeSubmission):
        validate(late, held())


def test_only_a_plenary_that_was_held_validates() -> None:
    with pytest.raises(MeetingNotHeld):
        validate(submitted(), convened())
    with pytest.raises(NotAPlenary):
        validate(submitted(), held(BodyKind.RESTRICTED))


def test_the_last_signature_signs_the_plan() -> None:
    plan, facts = validated(), []
    for signatory in SIGNATORIES:
        decision = sign(plan, signatory.id, now=START)
        plan, facts = decision.state, [*facts, *(type(fact) for fact in decision.events)]
    assert facts == [ActionPlanSignatureCollected] * 4 + [ActionPlanSigned]
    assert (plan.state, plan.signed_on, plan.version) == (PlanState.SIGNED, date(2017, 1, 20), 8)


def test_nobody_signs_twice() -> None:
    once = sign(validated(), PREFECTURE.id, now=START).state
    with pytest.raises(SecondSignatureBySameSignatory):
        sign(once, PREFECTURE.id, now=START)


@pytest.mark.parametrize("who", [LANDLORD.id, None])
def test_only_a_signatory_signs(who: Any) -> None:
    with pytest.raises(NotASignatory):
        sign(validated(), who, now=START)


def test_nobody_signs_before_the_validation() -> None:
    with pytest.raises(PlanNotValidated):
        sign(submitted(), PREFECTURE.id, now=START)


def test_a_collected_signature_tells_how_many_are_needed() -> None:
    fact = sign(validated(), DEPARTMENT.id, now=START).events[0]
    assert isinstance(fact, ActionPlanSignatureCollected)
    assert (fact.collected, fact.required) == (1, 4)
