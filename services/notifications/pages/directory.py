"""The directory: institutions, their channels, and the form that changes them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from services.chassis.errors import NotFound
from services.chassis.french import count
from services.chassis.http import Look, Routes
from services.chassis.web import Cell, Chip, Column, Fact, Message, Option, State, page
from services.chassis.web.forms import FormState, submit
from services.notifications import queries
from services.notifications.domain.partner import Partner
from services.notifications.domain.subjects import LABELS, OPTIONAL
from services.notifications.pages.words import KINDS
from services.notifications.use_cases.change_channels import ChangeChannels, change_channels
from services.notifications.visibility import DIRECTORY_READERS, SECRETARIAT

routes = Routes()
ADDRESS = "/envois/annuaire"
ONE = ADDRESS + "/{institution_id}"
SIZE = 200
COLUMNS = [Column("Institution"), Column("Nature"), Column("Courriel"), Column("Système relié")]
SAYS = {"email": "Indiquez une adresse complète, par exemple secretariat@institution.fr."}


@routes.page(ADDRESS, allow=DIRECTORY_READERS)
async def directory_page(look: Look, filtre: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Everybody the council may have to tell, by name."""
    unreachable = filtre == "sans-adresse"
    shown, _ = await queries.partners(look.tx, limit=SIZE, after=0, reachable=False if unreachable else None)
    _, everybody = await queries.partners(look.tx, limit=1, after=0)
    _, nowhere = await queries.partners(look.tx, limit=1, after=0, reachable=False)
    return page(
        look,
        "directory.html",
        title="Annuaire",
        chips=[
            Chip("Toutes", ADDRESS, everybody, not unreachable),
            Chip("Sans adresse", f"{ADDRESS}?filtre=sans-adresse", nowhere, unreachable),
        ],
        columns=COLUMNS,
        caption=count(len(shown), "institution"),
        rows=[_row(look, partner) for partner in shown],
    )


@routes.page(ONE, allow=DIRECTORY_READERS)
async def partner_page(look: Look, institution_id: UUID) -> Response:
    partner = await queries.partner(look.tx, institution_id)
    if partner is None:
        raise NotFound
    return await _show(look, institution_id, FormState.blank(_typed(partner)))


@routes.form(ONE, allow=SECRETARIAT)
async def partner_form(look: Look, institution_id: UUID) -> Response:
    return await submit(
        look,
        change_channels,
        ChangeChannels,
        target=institution_id,
        show=lambda form: _show(look, institution_id, form),
        then=ADDRESS,
        message=Message("Les coordonnées sont enregistrées.", "Ce qui attendait une adresse part maintenant."),
        headline="Les coordonnées ne sont pas enregistrées",
        says=SAYS,
    )


async def _show(look: Look, institution_id: UUID, form: FormState) -> Response:
    partner = await queries.partner(look.tx, institution_id)
    if partner is None:
        raise NotFound
    return page(
        look,
        "partner.html",
        title=partner.name,
        partner=partner,
        form=form.beside(_typed(partner)),
        kind=_kind(partner),
        may_change=look.by.has(*SECRETARIAT),
        has_secret=partner.webhook is not None,
        facts=_facts(partner),
        optional=[Option(subject, label) for subject, label in LABELS.items() if subject in OPTIONAL],
    )


def _row(look: Look, partner: Partner) -> list[Cell | str]:
    return [
        Cell(partner.name, href=f"{ADDRESS}/{partner.id}"),
        _kind(partner),
        partner.email or Cell(state=State("Sans adresse", "risk")),
        "Oui" if partner.webhook else "Non",
    ]


def _kind(partner: Partner) -> str:
    return KINDS.get(partner.kind, partner.kind) if partner.kind else "Pas encore précisée par le conseil"


def _facts(partner: Partner) -> list[Fact]:
    muted = ", ".join(LABELS[subject] for subject in sorted(partner.muted))
    return [
        Fact("Courriel", partner.email or "Pas encore indiqué"),
        Fact("Système relié", partner.webhook.url if partner.webhook else "Aucun"),
        Fact("Ne reçoit pas", muted or "Reçoit tout ce qui la concerne"),
    ]


def _typed(partner: Partner) -> dict[str, object]:
    return {
        "email": partner.email,
        "webhook_url": partner.webhook.url if partner.webhook else None,
        "muted": sorted(partner.muted),
    }
