"""Take a drop-in session back."""

from __future__ import annotations

from uuid import UUID

from services.cases import store
from services.cases.domain import drop_in_session
from services.cases.domain.drop_in_session import DropInSession
from services.cases.locking import competent_session
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class CancelDropInSession(Command):
    """Cancel a session; the public is told when it had been announced."""


async def cancel_drop_in_session(session_id: UUID, command: CancelDropInSession, act: Act) -> Decision[DropInSession]:
    """Raises as competent_session, or SessionOver."""
    session = await competent_session(act, session_id)
    decision = drop_in_session.cancel_session(session)
    await store.save_session(act.tx, decision.state)
    return decision
