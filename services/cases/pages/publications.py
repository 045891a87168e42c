"""Flyers and guides: list, drafting, detail with contact numbers and acts."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from starlette.responses import Response

from schemas.roles import Role
from services.cases import reference, rights
from services.cases.domain import publication as rules
from services.cases.domain.days import day_of
from services.cases.domain.publication import Contact, Publication
from services.cases.domain.publication_refusals import (
    PublicationAlreadyPublished,
    PublicationNotDraft,
    PublicationReplaced,
)
from services.cases.pages.acts import Possible, sort_out
from services.cases.pages.words import KINDS, PLACES, PUBLICATION_STATES, options
from services.cases.queries import publications as queries
from services.cases.use_cases.draft_publication import DraftPublication, draft_publication
from services.chassis.french import count, full_date, number, short_date
from services.chassis.http import SIGNED_IN, Look, Routes
from services.chassis.web import Action, Cell, Column, Fact, Message, State, page
from services.chassis.web.forms import FormState, submit

routes = Routes()
ADDRESS = "/terrain/publications"
COLUMNS = [Column("Publication"), Column("Nature"), Column("État"), Column("Exemplaires", num=True)]
CONTACTS = [Column("Numéro"), Column("Service"), Column("Horaires et coût"), Column("Vérification")]
DISTRIBUTIONS = [Column("Date"), Column("Lieu"), Column("Exemplaires", num=True)]
SAYS = {
    "kind": "Indiquez la nature de la publication.",
    "title": "Indiquez le titre.",
    "contacts": "Inscrivez au moins un numéro à appeler.",
    "contacts.number": "Indiquez le numéro {n}.",
}


@routes.page(ADDRESS, allow=SIGNED_IN)
async def publications_page(look: Look) -> Response:
    found, total = await queries.publications(look.tx, states=[], limit=200, after=0)
    return page(
        look,
        "publications.html",
        title="Publications",
        caption=count(total, "publication"),
        columns=COLUMNS,
        rows=[_row(one) for one in found],
        may_draft=look.by.has(*rights.COORDINATORS),
    )


def _row(one: Publication) -> list[Cell | str]:
    return [
        Cell(one.title, href=f"{ADDRESS}/{one.id}"),
        KINDS[one.kind],
        Cell(state=PUBLICATION_STATES[one.state]),
        number(one.copies),
    ]


async def _show_drafting(look: Look, form: FormState) -> Response:
    return page(look, "publication_form.html", title="Rédiger une publication", form=form, kinds=options(KINDS))


@routes.page(f"{ADDRESS}/rediger", allow=rights.COORDINATORS)
async def draft_page(look: Look) -> Response:
    known = list(reference.helplines(day_of(look.now)).values())
    contacts = [{"number": one.number, "name": one.name, "hours": one.hours, "cost": one.cost} for one in known]
    return await _show_drafting(look, FormState.blank({"kind": "flyer", "contacts": contacts}))


@routes.form(f"{ADDRESS}/rediger", allow=rights.COORDINATORS)
async def draft_form(look: Look) -> Response:
    return await submit(
        look,
        draft_publication,
        DraftPublication,
        target=None,
        show=lambda form: _show_drafting(look, form),
        then=f"{ADDRESS}/{{id}}",
        message=Message("La publication est en rédaction.", "Appelez chaque numéro avant de la faire approuver."),
        headline="La publication n’est pas enregistrée",
        says=SAYS,
    )


@routes.page(f"{ADDRESS}/{{publication_id}}", allow=SIGNED_IN)
async def publication_page(look: Look, publication_id: UUID) -> Response:
    return await show_publication(look, publication_id, FormState.blank())


async def show_publication(look: Look, publication_id: UUID, form: FormState) -> Response:
    """The page of a publication, with the refusal in `form` if there is one."""
    one = await queries.publication(look.tx, publication_id)
    given = await queries.distributions_of(look.tx, publication_id)
    works = look.by.has(Role.COORDINATOR, Role.PRESIDENT)
    actions, blocked = sort_out(_acts(look, one), look.by) if works else ([], [])
    return page(
        look,
        "publication.html",
        title=one.title,
        over=KINDS[one.kind],
        state=PUBLICATION_STATES[one.state],
        form=form,
        actions=actions,
        blocked=blocked,
        facts=_facts(one),
        contact_columns=CONTACTS,
        contacts=[_contact(look, contact) for contact in one.contacts],
        distribution_columns=DISTRIBUTIONS,
        distributions=[
            [short_date(each.distributed_on), _place(each.place_type), number(each.quantity)] for each in given
        ],
    )


def _place(code: str) -> str:
    return next((label for place, label in PLACES.items() if place == code), code)


def _facts(one: Publication) -> list[Fact]:
    return [
        Fact("Approuvée le", full_date(one.approved_on) if one.approved_on else "Pas encore approuvée"),
        Fact("Publiée le", full_date(one.published_on) if one.published_on else "Pas encore publiée"),
        Fact("Distribués", count(one.copies, "exemplaire")),
    ]


def _contact(look: Look, contact: Contact) -> list[Cell | str]:
    today = day_of(look.now)
    due = rules.due_again(contact, reference.verification_months(today))
    if due is None or contact.verified_on is None:
        checked = Cell(state=State("Non vérifié", "risk"))
    else:
        state = State("À rappeler", "late") if due <= today else State("Vérifié", "done")
        checked = Cell(
            state=state, note=f"appelé le {short_date(contact.verified_on)}, valable avant le {short_date(due)}"
        )
    return [Cell(contact.number), contact.name, Cell(contact.hours, note=contact.cost), checked]  # fmt: skip


def _acts(look: Look, one: Publication) -> list[Possible]:
    address, version = f"{ADDRESS}/{one.id}", {"version": str(one.version)}
    today = day_of(look.now)
    given = {"months": reference.verification_months(today), "today": today}
    mine = rights.COORDINATORS
    approve = Action("Approuver la publication", f"{address}/approuver", post=True, fields=version)
    release = Action("Publier", f"{address}/publier", post=True, fields=version)
    replaced = (PublicationReplaced,)
    return [
        Possible(Action("Inscrire une vérification", f"{address}/verifier"), mine, partial(_current, one), replaced),
        Possible(
            approve,
            rights.APPROVERS,
            partial(rules.check_approval, one, **given),  # type: ignore[arg-type]
            (*replaced, PublicationNotDraft),
        ),
        Possible(
            release,
            mine,
            partial(rules.check_release, one, **given),  # type: ignore[arg-type]
            (*replaced, PublicationAlreadyPublished),
        ),
        Possible(
            Action("Inscrire une distribution", f"{address}/distribuer"),
            mine,
            partial(rules.check_distribution, one, **given),  # type: ignore[arg-type]
            replaced,
        ),
    ]


def _current(one: Publication) -> None:
    if one.superseded_by is not None:
        raise PublicationReplaced
