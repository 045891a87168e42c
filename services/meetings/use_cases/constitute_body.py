"""Create a body from its order."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from schemas.events.bodies import BodyKind, Theme
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.meetings import history, store
from services.meetings.domain.body import Body, constitute
from services.meetings.texts import Line


class ConstituteBody(Command):
    """Record the order (arrêté) that creates a body of the council."""

    name: Line = Field(description="« Assemblée plénière », « Groupe « Tranquillité publique » ».")
    kind: BodyKind = Field(description="Its formation.")
    theme: Theme | None = Field(default=None, description="What a thematic group works on; for a group only.")
    order_number: Line = Field(description="Number of the order.")
    order_date: date = Field(description="Day the order was signed.")
    effective_on: date = Field(description="First day the body may meet.")


async def constitute_body(body_id: UUID, command: ConstituteBody, act: Act) -> Decision[Body]:
    """Raises ThemeMissing, ThemeNotExpected or EffectBeforeOrder."""
    decision = constitute(
        body_id,
        name=command.name,
        kind=command.kind,
        theme=command.theme,
        order_number=command.order_number,
        order_date=command.order_date,
        effective_on=command.effective_on,
    )
    await store.save_body(act.tx, decision.state)
    history.keep(act, decision)
    return decision
