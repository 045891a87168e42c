"""The form that plans a meeting."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from services.chassis.calendar import today
from services.chassis.http import Look, Routes
from services.chassis.web import Message, Option, page
from services.chassis.web.forms import FormState, submit
from services.meetings.queries.bodies import list_bodies
from services.meetings.use_cases.schedule_meeting import ScheduleMeeting, schedule_meeting
from services.meetings.visibility import SECRETARIAT, scope_of

routes = Routes()
ADDRESS = "/conseil/reunions/planifier"
SAYS = {
    "body_id": "Choisissez l'instance qui se réunit.",
    "subject": "Indiquez l'objet public de la réunion.",
    "duration_minutes": "Indiquez une durée de 15 à 720 minutes.",
    "place": "Indiquez le lieu de la réunion.",
}


@routes.page(ADDRESS, allow=SECRETARIAT)
async def planning_page(look: Look, instance: Annotated[str, Query(max_length=36)] = "") -> Response:
    """An empty form, its body already chosen when the link says which."""
    return await _show(look, FormState.blank({"body_id": instance, "duration_minutes": 120}))


@routes.form(ADDRESS, allow=SECRETARIAT)
async def planning_form(look: Look) -> Response:
    """Plans the meeting."""
    return await submit(
        look,
        schedule_meeting,
        ScheduleMeeting,
        target=None,
        show=lambda form: _show(look, form),
        then="/conseil/reunions/{id}",
        message=Message("La réunion est planifiée.", "Personne n'en est encore informé ; préparez la convocation."),
        headline="La réunion n'est pas planifiée",
        says=SAYS,
    )


async def _show(look: Look, form: FormState) -> Response:
    bodies, _ = await list_bodies(look.tx, scope_of(look.by))
    day = today(look.now)
    active = [body for body in bodies if body.dissolved_on is None or body.dissolved_on > day]
    options = [Option(str(body.id), body.name) for body in active]
    return page(look, "planning.html", title="Planifier une réunion", form=form, bodies=options)
