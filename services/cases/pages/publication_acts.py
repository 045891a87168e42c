"""The acts on a publication: verifying a number, approving, releasing, distributing."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from services.cases import rights
from services.cases.domain.days import day_of
from services.cases.pages.publications import ADDRESS, show_publication
from services.cases.pages.words import PLACES, options
from services.cases.queries import publications as queries
from services.cases.use_cases.approve_publication import ApprovePublication, approve_publication
from services.cases.use_cases.distribute_publication import DistributePublication, distribute_publication
from services.cases.use_cases.publish_publication import PublishPublication, publish_publication
from services.cases.use_cases.verify_contact import VerifyContact, verify_contact
from services.chassis.http import Look, Routes
from services.chassis.web import Message, Option, page
from services.chassis.web.forms import FormState, submit

routes = Routes()
ONE = f"{ADDRESS}/{{publication_id}}"


async def _show(look: Look, publication_id: UUID, form: FormState, template: str, title: str, verb: str) -> Response:
    one = await queries.publication(look.tx, publication_id)
    return page(
        look,
        template,
        title=title,
        verb=verb,
        over=one.title,
        address=f"{ADDRESS}/{publication_id}",
        version=one.version,
        form=form,
        numbers=[Option(contact.number, contact.number, contact.name) for contact in one.contacts],
        places=options(PLACES),
    )


async def _verifying(look: Look, publication_id: UUID, form: FormState) -> Response:
    return await _show(
        look, publication_id, form, "verification.html", "Inscrire une vérification", "Inscrire la vérification"
    )


@routes.page(f"{ONE}/verifier", allow=rights.COORDINATORS)
async def verify_page(look: Look, publication_id: UUID) -> Response:
    return await _verifying(look, publication_id, FormState.blank({"verified_on": day_of(look.now)}))


@routes.form(f"{ONE}/verifier", allow=rights.COORDINATORS)
async def verify_form(look: Look, publication_id: UUID) -> Response:
    return await submit(
        look,
        verify_contact,
        VerifyContact,
        target=publication_id,
        show=lambda form: _verifying(look, publication_id, form),
        then=f"{ADDRESS}/{publication_id}",
        message=Message("La vérification est inscrite."),
        headline="La vérification n’est pas inscrite",
        says={"number": "Indiquez le numéro appelé.", "verified_on": "Indiquez la date de l’appel."},
    )


@routes.form(f"{ONE}/approuver", allow=rights.APPROVERS)
async def approve_form(look: Look, publication_id: UUID) -> Response:
    return await submit(
        look,
        approve_publication,
        ApprovePublication,
        target=publication_id,
        show=lambda form: show_publication(look, publication_id, form),
        then=f"{ADDRESS}/{publication_id}",
        message=Message("La publication est approuvée.", "Elle peut être imprimée et publiée."),
        headline="La publication n’est pas approuvée",
    )


@routes.form(f"{ONE}/publier", allow=rights.COORDINATORS)
async def release_form(look: Look, publication_id: UUID) -> Response:
    return await submit(
        look,
        publish_publication,
        PublishPublication,
        target=publication_id,
        show=lambda form: show_publication(look, publication_id, form),
        then=f"{ADDRESS}/{publication_id}",
        message=Message("La publication est publiée.", "Les partenaires en sont informés."),
        headline="La publication n’est pas publiée",
    )


async def _distributing(look: Look, publication_id: UUID, form: FormState) -> Response:
    return await _show(
        look, publication_id, form, "distribution.html", "Inscrire une distribution", "Inscrire la distribution"
    )


@routes.page(f"{ONE}/distribuer", allow=rights.COORDINATORS)
async def distribute_page(look: Look, publication_id: UUID) -> Response:
    return await _distributing(look, publication_id, FormState.blank({"distributed_on": day_of(look.now)}))


@routes.form(f"{ONE}/distribuer", allow=rights.COORDINATORS)
async def distribute_form(look: Look, publication_id: UUID) -> Response:
    return await submit(
        look,
        distribute_publication,
        DistributePublication,
        target=publication_id,
        show=lambda form: _distributing(look, publication_id, form),
        then=f"{ADDRESS}/{publication_id}",
        message=Message("La distribution est inscrite."),
        headline="La distribution n’est pas inscrite",
        says={
            "quantity": "Indiquez le nombre d’exemplaires.",
            "place_type": "Indiquez le lieu.",
            "distributed_on": "Indiquez la date.",
        },
    )
