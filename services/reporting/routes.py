"""Figures as JSON, and the raw counts for those who steer."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, Field

from schemas.roles import Role
from services.chassis.errors import NotFound
from services.chassis.http import SIGNED_IN, Look, Routes
from services.reporting import queries
from services.reporting.figures.dashboard import FIRST_YEAR, LAST_YEAR, dashboard, usual_year, years
from services.reporting.figures.model import Dashboard, Figure

routes = Routes()

Year = Annotated[int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR, description="A year; by default the usual one")]


class RecallCount(BaseModel):
    """How many recalls reached a step: a true count, not to be passed on."""

    stage: str = Field(description="The step.")
    month: date = Field(description="First day of the month.")
    commune: str = Field(description="INSEE code.")
    motive: str = Field(description="Code of the motive.")
    outcome: str | None = Field(description="What became of it, for a closure.")
    rejection_reason: str | None = Field(description="Why it was rejected, for a rejection.")
    count: int = Field(ge=1, description="How many.")


class RecallCounts(BaseModel):
    year: int
    communes: list[str] = Field(description="INSEE codes of the communes counted: those of the reader.")
    counts: list[RecallCount]


@routes.read("/api/figures", allow=SIGNED_IN)
async def figures(look: Look, year: Year = None) -> Dashboard:
    """All figures of a year, as published: the same as the page and the CSV file."""
    return await dashboard(look.tx, year or await default_year(look), look.now)


@routes.read("/api/figures/recall-counts", allow={Role.COORDINATOR, Role.DATA_PROTECTION_OFFICER})
async def recall_counts(look: Look, year: Year = None) -> RecallCounts:
    """True counts of recalls in the communes of the reader, who steers them. They are never published."""
    chosen, communes = year or await default_year(look), sorted(look.by.communes)
    steps = await queries.recall_steps(look.tx, chosen, communes)
    counts = [
        RecallCount(
            stage=step.stage,
            month=step.month,
            commune=step.commune,
            motive=step.motive,
            outcome=step.outcome,
            rejection_reason=step.rejection_reason,
            count=step.number,
        )
        for step in steps
    ]
    return RecallCounts(year=chosen, communes=communes, counts=counts)


@routes.read("/api/figures/{figure_id}", allow=SIGNED_IN)
async def figure(
    look: Look,
    figure_id: Annotated[str, Path(pattern="^[a-z][a-z-]{2,39}$", description="Name of the figure")],
    year: Year = None,
) -> Figure:
    """One figure of a year."""
    chosen = year or await default_year(look)
    for each in (await dashboard(look.tx, chosen, look.now)).figures:
        if each.id == figure_id:
            return each
    raise NotFound


async def default_year(look: Look) -> int:
    """The year meant when none is said."""
    return usual_year(await years(look.tx, look.now), look.now)
