"""End a body."""

from __future__ import annotations

from uuid import UUID

from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.chassis.french import local
from services.meetings import history, store
from services.meetings.domain.body import Body, dissolve


class DissolveBody(Command):
    """End a body, from today on. Its past meetings stay."""


async def dissolve_body(body_id: UUID, command: DissolveBody, act: Act) -> Decision[Body]:
    """Raises BodyIsDissolved."""
    body = act.current(await store.lock_body(act.tx, body_id))
    decision = dissolve(body, on=local(act.now).date())
    await store.save_body(act.tx, decision.state)
    history.keep(act, decision)
    return decision
