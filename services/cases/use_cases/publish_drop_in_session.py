"""Announce a drop-in session."""

from __future__ import annotations

from uuid import UUID

from services.cases import store
from services.cases.domain import drop_in_session
from services.cases.domain.drop_in_session import DropInSession
from services.cases.locking import competent_session
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class PublishDropInSession(Command):
    """Announce a planned session to partners and to the public."""


async def publish_drop_in_session(session_id: UUID, command: PublishDropInSession, act: Act) -> Decision[DropInSession]:
    """Raises as competent_session and check_publication."""
    session = await competent_session(act, session_id)
    decision = drop_in_session.publish_session(session, now=act.now)
    await store.save_session(act.tx, decision.state)
    return decision
