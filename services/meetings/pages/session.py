"""Representatives, opening, decisions and the end of a session."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.chassis.http import Look, Routes
from services.chassis.web import Message, Option, page
from services.chassis.web.forms import FormState, submit
from services.meetings.domain.meeting import Invitation, Meeting
from services.meetings.pages import meeting as meeting_page
from services.meetings.pages.words import DECISION_KINDS, meeting_of, options
from services.meetings.queries.meetings import read_meeting
from services.meetings.use_cases.hold_meeting import HoldMeeting, hold_meeting
from services.meetings.use_cases.mandate_representative import MandateRepresentative, mandate_representative
from services.meetings.use_cases.open_meeting import OpenMeeting, open_meeting
from services.meetings.use_cases.record_decision import RecordDecision, record_decision
from services.meetings.visibility import INSTITUTIONS, SECRETARIAT, scope_of

routes = Routes()
MEETING = "/conseil/reunions/{meeting_id}"
MANDATE_SAYS = {
    "institution_id": "Choisissez l'institution.",
    "holder": "Indiquez le nom de la personne désignée.",
    "capacity": "Indiquez sa qualité.",
}
DECISION_SAYS = {
    "kind": "Choisissez la nature de la décision.",
    "text": "Indiquez ce qui a été décidé.",
    "owner": "Indiquez qui suit la décision.",
}


@routes.form(f"{MEETING}/ouvrir", allow=SECRETARIAT)
async def opening_form(look: Look, meeting_id: UUID) -> Response:
    """Opens the session and goes to the attendance sheet."""
    return await submit(
        look,
        open_meeting,
        OpenMeeting,
        target=meeting_id,
        show=lambda form: meeting_page.show(look, meeting_id, form),
        then=f"/conseil/reunions/{meeting_id}/presences",
        message=Message("La réunion est ouverte.", "Relevez maintenant les présences."),
        headline="La réunion n'est pas ouverte",
    )


@routes.form(f"{MEETING}/fin", allow=SECRETARIAT)
async def holding_form(look: Look, meeting_id: UUID) -> Response:
    """Ends the session."""
    return await submit(
        look,
        hold_meeting,
        HoldMeeting,
        target=meeting_id,
        show=lambda form: meeting_page.show(look, meeting_id, form),
        then=f"/conseil/reunions/{meeting_id}",
        message=Message("La fin de la réunion est enregistrée.", "Les décisions peuvent encore être complétées."),
        headline="La fin de la réunion n'est pas enregistrée",
    )


@routes.page(f"{MEETING}/representants", allow=INSTITUTIONS)
async def mandate_page(look: Look, meeting_id: UUID) -> Response:
    """The form; an institution designates for itself, the secretariat for any."""
    own = "" if look.by.has(*SECRETARIAT) else str(look.by.institution)
    return await _show_mandate(look, meeting_id, FormState.blank({"institution_id": own}))


@routes.form(f"{MEETING}/representants", allow=INSTITUTIONS)
async def mandate_form(look: Look, meeting_id: UUID) -> Response:
    """Records the representative."""
    return await submit(
        look,
        mandate_representative,
        MandateRepresentative,
        target=meeting_id,
        show=lambda form: _show_mandate(look, meeting_id, form),
        then=f"/conseil/reunions/{meeting_id}",
        message=Message("Le pouvoir est enregistré.", "La personne est spécialement désignée pour cette réunion."),
        headline="Le pouvoir n'est pas enregistré",
        says=MANDATE_SAYS,
    )


@routes.page(f"{MEETING}/decisions", allow=SECRETARIAT)
async def decision_page(look: Look, meeting_id: UUID) -> Response:
    """An empty form."""
    return await _show_decision(look, meeting_id, FormState.blank())


@routes.form(f"{MEETING}/decisions", allow=SECRETARIAT)
async def decision_form(look: Look, meeting_id: UUID) -> Response:
    """Records the decision under the identity that the form has carried since it was shown."""
    return await submit(
        look,
        record_decision,
        RecordDecision,
        target=meeting_id,
        show=lambda form: _show_decision(look, meeting_id, form),
        then=f"/conseil/reunions/{meeting_id}",
        message=Message("La décision est enregistrée."),
        headline="La décision n'est pas enregistrée",
        says=DECISION_SAYS,
    )


async def _show_mandate(look: Look, meeting_id: UUID, form: FormState) -> Response:
    meeting = await read_meeting(look.tx, scope_of(look.by), meeting_id)
    mine = [found for found in meeting.invitations if found.institution_id == look.by.institution]
    shown = meeting.invitations if look.by.has(*SECRETARIAT) else mine
    institutions = [Option(str(found.institution_id), found.name) for found in shown]
    title = "Enregistrer un pouvoir" if look.by.has(*SECRETARIAT) else "Désigner votre représentant"
    form.beside(_stored(shown), about=form.value("institution_id"))
    return _show(look, "mandate.html", title, meeting, form, institutions=institutions)


def _stored(shown: Iterable[Invitation]) -> dict[str, dict[str, str]]:
    """The mandates that stand, by institution, as far as the reader may see them."""
    given = {str(each.institution_id): each.mandate for each in shown if each.mandate}
    return {whose: {"holder": mandate.holder, "capacity": mandate.capacity} for whose, mandate in given.items()}


async def _show_decision(look: Look, meeting_id: UUID, form: FormState) -> Response:
    meeting = await read_meeting(look.tx, scope_of(look.by), meeting_id)
    decision_id = form.value("decision_id") or str(uuid7())
    kinds = options(DECISION_KINDS)
    return _show(look, "decision.html", "Ajouter une décision", meeting, form, kinds=kinds, decision_id=decision_id)


def _show(look: Look, template: str, title: str, meeting: Meeting, form: FormState, **context: Any) -> Response:
    return page(
        look,
        template,
        title=title,
        over=meeting_of(meeting.body_kind, meeting.body_name),
        back=f"/conseil/reunions/{meeting.id}",
        form=form,
        meeting=meeting,
        **context,
    )
