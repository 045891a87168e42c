"""The form that reports facts to the mayor."""

from __future__ import annotations

from starlette.responses import Response

from services.cases import reference, rights
from services.cases.domain.days import day_of
from services.cases.pages.words import CAPACITIES, ORIGINS, options
from services.cases.use_cases.report_recall import ReportRecall, report_recall
from services.chassis.http import Look, Routes
from services.chassis.web import Message, Option, page
from services.chassis.web.forms import FormState, submit

routes = Routes()
ADDRESS = "/dossiers/rappels/signaler"
SAYS = {
    "commune": "Indiquez la commune.",
    "origin": "Indiquez qui signale les faits.",
    "motive": "Indiquez le motif.",
    "facts_on": "Indiquez la date des faits, au format jj/mm/aaaa.",
    "place": "Indiquez le lieu des faits.",
    "narrative": "Décrivez les faits.",
    "person": "Indiquez le nom, la date de naissance et l’adresse de la personne.",
    "person.address": "Indiquez l’adresse de la personne.",
    "person.family_name": "Indiquez le nom.",
    "person.given_name": "Indiquez le prénom.",
    "person.birth_date": "Indiquez la date de naissance, au format jj/mm/aaaa.",
    "person.address.line": "Indiquez le numéro et la rue.",
    "person.address.postal_code": "Indiquez les cinq chiffres du code postal.",
    "person.address.town": "Indiquez la ville.",
    "representatives.family_name": "Indiquez le nom du représentant légal {n}.",
    "representatives.capacity": "Indiquez la qualité du représentant légal {n}.",
}


async def _show(look: Look, form: FormState) -> Response:
    today = day_of(look.now)
    names = reference.communes(today)
    return page(
        look,
        "report.html",
        headers={"Cache-Control": "no-store"},
        title="Signaler des faits",
        form=form,
        communes=[Option(code, names[code]) for code in names if code in look.by.communes],
        origins=options(ORIGINS),
        motives=[Option(motive.code, motive.label) for motive in reference.motives(today).values()],
        capacities=options(CAPACITIES),
    )


@routes.page(ADDRESS, allow=rights.REPORTERS)
async def report_page(look: Look) -> Response:
    first = next((code for code in reference.communes(day_of(look.now)) if code in look.by.communes), "")
    town = reference.communes(day_of(look.now)).get(first, "")
    return await _show(look, FormState.blank({"commune": first, "person": {"address": {"town": town}}}))


@routes.form(ADDRESS, allow=rights.REPORTERS)
async def report_form(look: Look) -> Response:
    return await submit(
        look,
        report_recall,
        ReportRecall,
        target=None,
        show=lambda form: _show(look, form),
        then="/dossiers/rappels/{id}",
        message=Message("Le signalement est enregistré.", "Le dossier est ouvert ; l’identité est chiffrée."),
        headline="Le signalement n’est pas enregistré",
        says=SAYS,
    )
