"""The list of action plans."""

from __future__ import annotations

from starlette.responses import Response

from services.chassis.french import count, short_date
from services.chassis.http import Look, Routes
from services.chassis.web import Cell, Column, page
from services.meetings.pages.words import plan_state
from services.meetings.queries.plans import list_plans
from services.meetings.visibility import READERS

routes = Routes()
ADDRESS = "/conseil/plans"


@routes.page(ADDRESS, allow=READERS)
async def plans_page(look: Look) -> Response:
    """Plans, latest first."""
    plans, total = await list_plans(look.tx, limit=200)
    return page(
        look,
        "plans.html",
        title="Plans d’actions",
        caption=count(total, "plan"),
        columns=[Column("Plan"), Column("Période"), Column("État")],
        rows=[
            [
                Cell(plan.title, href=f"{ADDRESS}/{plan.id}"),
                f"du {short_date(plan.starts_on)} au {short_date(plan.ends_on)}",
                Cell(state=plan_state(plan)),
            ]
            for plan in plans
        ],
    )
