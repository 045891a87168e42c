"""The meetings that each body owes, and how it stands."""

from __future__ import annotations

from starlette.responses import Response

from services.chassis.french import full_date
from services.chassis.http import Look, Routes
from services.chassis.web import Action, Cell, Column, page
from services.meetings.pages.words import FORMATIONS, OBLIGATION_STATES
from services.meetings.queries.obligations import ObligationView, list_obligations
from services.meetings.visibility import READERS, SECRETARIAT, scope_of

routes = Routes()
ADDRESS = "/conseil/obligations"


@routes.page(ADDRESS, allow=READERS)
async def obligations_page(look: Look) -> Response:
    """One line a body."""
    found = await list_obligations(look.tx, scope_of(look.by), now=look.now)
    return page(
        look,
        "obligations.html",
        title="Obligations de réunion",
        columns=[Column("Instance"), Column("État"), Column("Pourquoi"), Column("À réunir avant le")],
        rows=[_row(look, each) for each in found],
    )


def _row(look: Look, standing: ObligationView) -> list[Cell | str]:
    planning = Action("Planifier", f"/conseil/reunions/planifier?instance={standing.body_id}")
    may_plan = look.by.has(*SECRETARIAT) and standing.deadline is not None and not standing.has_planned
    return [
        Cell(standing.body_name, href=f"/conseil/instances/{standing.body_id}", note=FORMATIONS[standing.body_kind]),
        Cell(state=OBLIGATION_STATES[standing.state]),
        Cell(standing.sentence, actions=[planning] if may_plan else []),
        full_date(standing.deadline) if standing.deadline else "Rien de plus cette année",
    ]
