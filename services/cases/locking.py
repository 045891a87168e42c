"""How a command on a case or a drop-in session begins: locked, competent, as the caller saw it.

A command that takes a timer back does so before it locks the case, in the order in which a firing timer takes both.
"""

from __future__ import annotations

from uuid import UUID

from services.cases import store
from services.cases.domain.competence import check_commune
from services.cases.domain.drop_in_session import DropInSession
from services.cases.domain.recall import Recall
from services.chassis.act import Act
from services.chassis.errors import NotFound


async def competent_case(act: Act, case_id: UUID) -> Recall:
    """The locked case, once it is known to be of the caller's commune and what the caller saw.

    Raises NotFound, OutsideCommune or StaleVersion.
    """
    found = await store.lock_recall(act.tx, case_id)
    if found is None:
        raise NotFound
    check_commune(act.by, found.commune)
    return act.current(found)


async def competent_session(act: Act, session_id: UUID) -> DropInSession:
    """The locked session of one of the caller's communes. Raises NotFound, OutsideCommune or StaleVersion."""
    found = await store.lock_session(act.tx, session_id)
    if found is None:
        raise NotFound
    check_commune(act.by, found.commune)
    return act.current(found)
