"""One action plan: its signatures, its actions, and the act of signing."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from starlette.responses import Response

from schemas.events.bodies import BodyKind
from services.chassis.errors import InvalidInput
from services.chassis.french import full_date, full_datetime, short_date
from services.chassis.http import Look, Routes
from services.chassis.web import Action, Blocked, Cell, Column, Entry, Fact, Message, Option, State, Step, page
from services.chassis.web.forms import FormState, submit
from services.meetings.domain.meeting import MeetingState
from services.meetings.domain.plan import Plan, PlanState, ensure_signable, ensure_submittable, ensure_validatable
from services.meetings.domain.refusals import (
    NotASignatory,
    PlanAlreadySubmitted,
    PlanAlreadyValidated,
)
from services.meetings.pages.acts import Possible, sort_out
from services.meetings.pages.words import THEMES, plan_state
from services.meetings.queries.bodies import list_bodies
from services.meetings.queries.meetings import MeetingFilter, list_meetings
from services.meetings.queries.past import history_of
from services.meetings.queries.plans import PlanView, SignatureView, read_plan, view_of
from services.meetings.use_cases.sign_plan import SignPlan, sign_plan
from services.meetings.use_cases.submit_plan import SubmitPlan, submit_plan
from services.meetings.use_cases.validate_plan import ValidatePlan, validate_plan
from services.meetings.visibility import READERS, SECRETARIAT, SIGNATORIES, Scope

routes = Routes()
ADDRESS = "/conseil/plans/{plan_id}"
_EVERYTHING = Scope(everything=True, institution=None)


@routes.page(ADDRESS, allow=READERS)
async def plan_page(look: Look, plan_id: UUID) -> Response:
    """Plans are open to all who sit in the council."""
    plan = await read_plan(look.tx, plan_id)
    view = view_of(plan, await history_of(look.tx, plan_id))
    actions, blocked = _acts(plan, look)
    return page(
        look,
        "plan.html",
        title=plan.title,
        over=f"Plan d’actions, du {short_date(plan.starts_on)} au {short_date(plan.ends_on)}",
        state=plan_state(view),
        steps=_steps(view),
        actions=actions,
        blocked=blocked,
        facts=await _facts(look, view),
        signature_columns=[Column("Signataire"), Column("Signature")],
        signatures=[_signature(each, view) for each in view.signatures],
        collected=plan_state(view).text if view.state is PlanState.VALIDATED else "",
        action_columns=[Column("Action"), Column("Axe"), Column("Pilote")],
        planned=[[each.title, THEMES[each.theme], each.pilot] for each in view.actions],
        history=[Entry(past.at, past.sentence) for past in view.history],
    )


@routes.page(f"{ADDRESS}/signer", allow=SIGNATORIES)
async def signing_page(look: Look, plan_id: UUID) -> Response:
    """What is signed, read once more."""
    return await _show_signing(look, plan_id, FormState.blank())


@routes.form(f"{ADDRESS}/signer", allow=SIGNATORIES)
async def signing_form(look: Look, plan_id: UUID) -> Response:
    """Signs for the reader's institution, once he says that he read the plan."""
    assert look.form is not None
    if "understood" not in look.form:
        form = FormState.posted(look.form, "Le plan n'est pas signé")
        form.refuse(
            InvalidInput([("understood", "Cochez la case pour dire que vous avez lu le plan.")]), {"understood"}
        )
        return await _show_signing(look, plan_id, form)
    return await submit(
        look,
        sign_plan,
        SignPlan,
        target=plan_id,
        show=lambda form: _show_signing(look, plan_id, form),
        then=f"/conseil/plans/{plan_id}",
        message=Message("Le plan est signé pour votre institution."),
        headline="Le plan n'est pas signé",
    )


@routes.page(f"{ADDRESS}/transmettre", allow=SECRETARIAT)
async def submitting_page(look: Look, plan_id: UUID) -> Response:
    """The choice of the restricted committee."""
    return await _show_submitting(look, plan_id, FormState.blank())


@routes.form(f"{ADDRESS}/transmettre", allow=SECRETARIAT)
async def submitting_form(look: Look, plan_id: UUID) -> Response:
    """Puts the plan before the restricted committee."""
    return await submit(
        look,
        submit_plan,
        SubmitPlan,
        target=plan_id,
        show=lambda form: _show_submitting(look, plan_id, form),
        then=f"/conseil/plans/{plan_id}",
        message=Message("Le plan est transmis.", "La prochaine assemblée plénière pourra le valider."),
        headline="Le plan n'est pas transmis",
        says={"body_id": "Choisissez le comité restreint."},
    )


@routes.page(f"{ADDRESS}/valider", allow=SECRETARIAT)
async def validating_page(look: Look, plan_id: UUID) -> Response:
    """The choice of the plenary."""
    return await _show_validating(look, plan_id, FormState.blank())


@routes.form(f"{ADDRESS}/valider", allow=SECRETARIAT)
async def validating_form(look: Look, plan_id: UUID) -> Response:
    """Records that a plenary validated the plan."""
    return await submit(
        look,
        validate_plan,
        ValidatePlan,
        target=plan_id,
        show=lambda form: _show_validating(look, plan_id, form),
        then=f"/conseil/plans/{plan_id}",
        message=Message("La validation est enregistrée.", "Les signataires peuvent maintenant signer."),
        headline="La validation n'est pas enregistrée",
        says={"meeting_id": "Choisissez l'assemblée plénière qui l'a validé."},
    )


def _acts(plan: Plan, look: Look) -> tuple[list[Action], list[Blocked]]:
    address = f"/conseil/plans/{plan.id}"
    signing = Possible(
        action=Action("Lire et signer le plan", f"{address}/signer"),
        allow=SIGNATORIES,
        guard=partial(ensure_signable, plan, look.by.institution),
        over=() if look.by.has(*SIGNATORIES) else (NotASignatory,),
    )
    submitting = Possible(
        action=Action("Transmettre au comité restreint", f"{address}/transmettre"),
        allow=SECRETARIAT,
        guard=partial(ensure_submittable, plan),
        over=(PlanAlreadySubmitted,),
    )
    validating = Possible(
        action=Action("Enregistrer la validation", f"{address}/valider"),
        allow=SECRETARIAT,
        guard=partial(ensure_validatable, plan),
        over=(PlanAlreadyValidated,),
    )
    return sort_out([signing, submitting, validating], look.by)


def _steps(view: PlanView) -> list[Step]:
    stages = [
        ("En rédaction", PlanState.DRAFTING, short_date(view.drafted_at)),
        ("Transmis", PlanState.SUBMITTED, short_date(view.submitted_at) if view.submitted_at else ""),
        ("Validé", PlanState.VALIDATED, short_date(view.validated_on) if view.validated_on else ""),
        ("Signé", PlanState.SIGNED, short_date(view.signed_on) if view.signed_on else ""),
    ]
    reached = [state for _, state, _ in stages].index(view.state)
    status = ["done" if at < reached else "now" if at == reached else "next" for at in range(len(stages))]
    return [Step(label, status[at], when) for at, (label, _, when) in enumerate(stages)]  # type: ignore[arg-type]


async def _facts(look: Look, view: PlanView) -> list[Fact]:
    facts = [Fact("Premier jour", full_date(view.starts_on)), Fact("Dernier jour", full_date(view.ends_on))]
    if view.validated_by is not None and view.validated_on is not None:
        validated = f"Assemblée plénière du {full_date(view.validated_on)}"
        facts.append(Fact("Validé par", validated, href=f"/conseil/reunions/{view.validated_by}"))
    else:
        facts.append(Fact("Validation", "Pas encore validé par une assemblée plénière"))
    return facts


def _signature(signature: SignatureView, view: PlanView) -> list[Cell | str]:
    if signature.signed_on is not None:
        return [signature.name, Cell(state=State("Signé", "done"), note=f"le {full_date(signature.signed_on)}")]
    if view.state is PlanState.VALIDATED:
        return [signature.name, Cell(state=State("Attend la signature", "waiting"))]
    return [signature.name, "Après la validation"]


async def _show_signing(look: Look, plan_id: UUID, form: FormState) -> Response:
    plan = await read_plan(look.tx, plan_id)
    own = next((each for each in plan.signatures if each.institution.id == look.by.institution), None)
    return page(
        look,
        "plan_signing.html",
        title="Lire et signer le plan",
        over=plan.title,
        back=f"/conseil/plans/{plan_id}",
        form=form,
        version=plan.version,
        institution=own.institution.name if own else "votre institution",
        columns=[Column("Action"), Column("Axe"), Column("Pilote")],
        planned=[[each.planned.title, THEMES[each.planned.theme], each.planned.pilot] for each in plan.actions],
    )


async def _show_submitting(look: Look, plan_id: UUID, form: FormState) -> Response:
    plan = await read_plan(look.tx, plan_id)
    bodies, _ = await list_bodies(look.tx, _EVERYTHING, kind=BodyKind.RESTRICTED)
    options = [Option(str(body.id), body.name) for body in bodies]
    form.beside({"body_id": plan.submitted_to})
    return _show_choice(look, plan, form, "Transmettre au comité restreint", "body_id", "Comité restreint", options)


async def _show_validating(look: Look, plan_id: UUID, form: FormState) -> Response:
    plan = await read_plan(look.tx, plan_id)
    options = []
    bodies, _ = await list_bodies(look.tx, _EVERYTHING, kind=BodyKind.PLENARY)
    for body in bodies:
        held, _ = await list_meetings(look.tx, _EVERYTHING, MeetingFilter(body_id=body.id), limit=20)
        past = [row for row in held if row.state in (MeetingState.HELD, MeetingState.HELD_INVALID)]
        options += [Option(str(row.id), f"{body.name} du {full_datetime(row.starts_at)}") for row in past]
    form.beside({"meeting_id": plan.validated_by})
    return _show_choice(
        look, plan, form, "Enregistrer la validation", "meeting_id", "Assemblée plénière tenue", options
    )


def _show_choice(
    look: Look, plan: Plan, form: FormState, title: str, name: str, legend: str, options: list[Option]
) -> Response:
    return page(
        look,
        "plan_choice.html",
        title=title,
        over=plan.title,
        back=f"/conseil/plans/{plan.id}",
        form=form,
        version=plan.version,
        name=name,
        legend=legend,
        options=options,
    )
