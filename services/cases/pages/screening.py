"""Pages of the acts before the summons: consulting, opinion, suspending, resuming, rejecting, representatives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData
from starlette.responses import Response

from schemas.events.cases import RecallState
from services.cases import rights
from services.cases.domain.recall import Recall
from services.cases.pages.recall_steps import ActPage, add_act
from services.cases.pages.words import CAPACITIES, REJECTIONS, SUSPENSIONS, options
from services.cases.use_cases.clear_recall import ClearRecall, clear_recall
from services.cases.use_cases.consult_prosecutor import ConsultProsecutor, consult_prosecutor
from services.cases.use_cases.identify_representatives import IdentifyRepresentatives, identify_representatives
from services.cases.use_cases.object_to_recall import ObjectToRecall, object_to_recall
from services.cases.use_cases.reject_recall import RejectRecall, reject_recall
from services.cases.use_cases.resume_recall import ResumeRecall, resume_recall
from services.cases.use_cases.suspend_recall import SuspendRecall, suspend_recall
from services.chassis.errors import InvalidInput
from services.chassis.http import Look, Routes
from services.chassis.web import Message, Option
from services.chassis.web.forms import FormState, submit

routes = Routes()
YES_NO = [Option("false", "Non, pas à notre connaissance"), Option("true", "Oui")]
QUESTIONS = {
    "complaint_filed": "Indiquez si une plainte est déposée.",
    "investigation_under_way": "Indiquez si une enquête est en cours.",
}
CLEARANCE = Option("clearance", "Avis favorable", "Le rappel à l’ordre peut avoir lieu.")
OBJECTION = Option("objection", "Opposition", "Le dossier ne peut alors qu’être classé.")
_OPINIONS = {RecallState.CLEARED: CLEARANCE.value, RecallState.OBJECTED: OBJECTION.value}


def _opinions(look: Look, case: Recall) -> Mapping[str, Any]:
    return {"opinions": [CLEARANCE, OBJECTION]}


def _replied(look: Look, case: Recall) -> Mapping[str, Any]:
    return {"opinion": _OPINIONS.get(case.state)}


CONSULTING = ActPage(
    slug="consulter",
    title="Consulter le parquet",
    verb="Consulter le parquet",
    allow=rights.COORDINATORS,
    command=ConsultProsecutor,
    use_case=consult_prosecutor,
    message=Message("Le parquet est consulté.", "Son avis est attendu dans le délai du protocole."),
    headline="Le parquet n’a pas été consulté",
    context=lambda look, case: {"yes_no": YES_NO},
)
OPINION = ActPage(
    slug="avis",
    title="Rendre l’avis du parquet",
    verb="Rendre cet avis",
    allow=rights.PROSECUTORS,
    command=ClearRecall,
    use_case=clear_recall,
    message=Message("L’avis favorable est enregistré.", "La mairie peut convoquer la personne."),
    headline="L’avis n’a pas été enregistré",
    context=_opinions,
    stored=_replied,
)
ACTS = (
    ActPage(
        slug="suspendre",
        title="Suspendre le dossier",
        verb="Suspendre le dossier",
        allow=rights.WATCHERS,
        command=SuspendRecall,
        use_case=suspend_recall,
        message=Message("Le dossier est suspendu.", "Il reprend quand le parquet l’a décidé."),
        says={"reason": "Indiquez ce qui est connu."},
        context=lambda look, case: {"suspensions": options(SUSPENSIONS)},
        stored=lambda look, case: {"reason": case.suspension_reason},
    ),
    ActPage(
        slug="reprendre",
        title="Reprendre le dossier",
        verb="Reprendre le dossier",
        allow=rights.PROSECUTORS,
        command=ResumeRecall,
        use_case=resume_recall,
        message=Message("Le dossier reprend.", "Il est revenu à l’étape où il s’était arrêté."),
        context=lambda look, case: {"notice": "Le dossier reprend à l’étape où il s’était arrêté."},
    ),
    ActPage(
        slug="classer",
        title="Classer sans suite",
        verb="Classer sans suite",
        allow=rights.TOWN_HALL,
        command=RejectRecall,
        use_case=reject_recall,
        message=Message("Le dossier est classé sans suite."),
        headline="Le dossier n’a pas été classé",
        says={"reason_code": "Indiquez la raison du classement."},
        context=lambda look, case: {"rejections": options(REJECTIONS)},
        stored=lambda look, case: {"reason_code": case.rejection_reason},
    ),
    ActPage(
        slug="representants",
        title="Inscrire les représentants légaux",
        verb="Inscrire ces personnes",
        allow=rights.REPORTERS,
        command=IdentifyRepresentatives,
        use_case=identify_representatives,
        message=Message("Les représentants légaux sont inscrits.", "Leur identité est chiffrée."),
        says={
            "representatives": "Inscrivez au moins une personne.",
            "representatives.family_name": "Indiquez le nom de la personne {n}.",
            "representatives.capacity": "Indiquez en quelle qualité la personne {n} représente le mineur.",
        },
        context=lambda look, case: {"capacities": options(CAPACITIES)},
    ),
)
for act in ACTS:
    add_act(routes, act)


@routes.page("/dossiers/rappels/{case_id}/consulter", allow=rights.COORDINATORS)
async def consultation_page(look: Look, case_id: UUID) -> Response:
    return await CONSULTING.show(look, case_id, FormState.blank())


@routes.form("/dossiers/rappels/{case_id}/consulter", allow=rights.COORDINATORS)
async def consultation_form(look: Look, case_id: UUID) -> Response:
    """Both questions must be answered: a box left empty would count as « no »."""
    form = FormState.posted(look.form or FormData(), CONSULTING.headline)
    missing = [(name, sentence) for name, sentence in QUESTIONS.items() if not form.value(name)]
    if not missing:
        return await CONSULTING.send(look, case_id)
    form.refuse(InvalidInput(missing), set(QUESTIONS))
    return await CONSULTING.show(look, case_id, form)


@routes.page("/dossiers/rappels/{case_id}/avis", allow=rights.PROSECUTORS)
async def opinion_page(look: Look, case_id: UUID) -> Response:
    return await OPINION.show(look, case_id, FormState.blank())


@routes.form("/dossiers/rappels/{case_id}/avis", allow=rights.PROSECUTORS)
async def opinion_form(look: Look, case_id: UUID) -> Response:
    """Two commands behind one question: clearance or objection."""
    form = FormState.posted(look.form or FormData(), OPINION.headline)
    chosen = form.value("opinion")
    if chosen == CLEARANCE.value:
        return await OPINION.send(look, case_id)
    if chosen == OBJECTION.value:
        return await submit(
            look,
            object_to_recall,
            ObjectToRecall,
            target=case_id,
            show=lambda form: OPINION.show(look, case_id, form),
            then=f"/dossiers/rappels/{case_id}",
            message=Message("L’opposition est enregistrée.", "La mairie classe le dossier."),
            headline=OPINION.headline,
        )
    form.refuse(InvalidInput([("opinion", "Indiquez l’avis du parquet.")]), {"opinion"})
    return await OPINION.show(look, case_id, form)
