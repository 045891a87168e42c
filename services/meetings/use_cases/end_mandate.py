"""End an institution's seat in a body."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.chassis.french import local
from services.meetings import history, store
from services.meetings.domain import body as bodies
from services.meetings.domain.body import Body


class EndMandate(Command):
    """End an institution's seat, from today on."""

    institution_id: UUID = Field(description="The institution.")


async def end_mandate(body_id: UUID, command: EndMandate, act: Act) -> Decision[Body]:
    """Raises NotAMember or BodyIsDissolved."""
    body = act.current(await store.lock_body(act.tx, body_id))
    decision = bodies.end_mandate(body, command.institution_id, on=local(act.now).date())
    await store.save_body(act.tx, decision.state)
    history.keep(act, decision)
    return decision
