"""Record how many people came to a drop-in session."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from schemas.events.outreach import AgeBand, Orientation, VisitTheme
from services.cases import store
from services.cases.domain import drop_in_session
from services.cases.domain.drop_in_session import DropInSession
from services.cases.locking import competent_session
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision

Visitors = Annotated[int, Field(ge=0, le=1000)]


class HoldDropInSession(Command):
    """Record anonymous counts. Each list adds up to `visitors`: one person counts once in each."""

    visitors: Visitors
    themes: dict[VisitTheme, Visitors] = Field(description="Visitors by what they came about.")
    age_bands: dict[AgeBand, Visitors] = Field(description="Visitors by age band.")
    orientations: dict[Orientation, Visitors] = Field(description="Visitors by where they were directed.")


async def hold_drop_in_session(session_id: UUID, command: HoldDropInSession, act: Act) -> Decision[DropInSession]:
    """Raises as competent_session and the domain's hold_session."""
    session = await competent_session(act, session_id)
    decision = drop_in_session.hold_session(
        session,
        visitors=command.visitors,
        themes=command.themes,
        age_bands=command.age_bands,
        orientations=command.orientations,
        now=act.now,
    )
    await store.save_session(act.tx, decision.state)
    return decision
