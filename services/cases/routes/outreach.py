"""Drop-in sessions and publications: commands and readings."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.cases import rights
from services.cases.domain.drop_in_session import SessionState
from services.cases.domain.publication import PublicationState
from services.cases.queries import publications as publication_queries
from services.cases.queries import sessions as session_queries
from services.cases.texts import DistrictCode
from services.cases.use_cases.approve_publication import ApprovePublication, approve_publication
from services.cases.use_cases.cancel_drop_in_session import CancelDropInSession, cancel_drop_in_session
from services.cases.use_cases.distribute_publication import DistributePublication, distribute_publication
from services.cases.use_cases.draft_publication import DraftPublication, draft_publication
from services.cases.use_cases.hold_drop_in_session import HoldDropInSession, hold_drop_in_session
from services.cases.use_cases.plan_drop_in_session import PlanDropInSession, plan_drop_in_session
from services.cases.use_cases.publish_drop_in_session import PublishDropInSession, publish_drop_in_session
from services.cases.use_cases.publish_publication import PublishPublication, publish_publication
from services.cases.use_cases.supersede_publication import SupersedePublication, supersede_publication
from services.cases.use_cases.verify_contact import VerifyContact, verify_contact
from services.cases.views import DistributionView, PublicationDetail, PublicationView, SessionView
from services.chassis.http import SIGNED_IN, After, Limit, Look, Page, Routes

routes = Routes()
SESSION = "/api/drop-in-sessions/{session_id}"
PUBLICATION = "/api/publications/{publication_id}"

routes.create(SESSION, PlanDropInSession, plan_drop_in_session, allow=rights.COORDINATORS)
routes.act(f"{SESSION}/publication", PublishDropInSession, publish_drop_in_session, allow=rights.COORDINATORS)
routes.act(f"{SESSION}/cancellation", CancelDropInSession, cancel_drop_in_session, allow=rights.COORDINATORS)
routes.act(f"{SESSION}/counts", HoldDropInSession, hold_drop_in_session, allow=rights.COORDINATORS)
routes.create(PUBLICATION, DraftPublication, draft_publication, allow=rights.COORDINATORS)
routes.act(f"{PUBLICATION}/verifications", VerifyContact, verify_contact, allow=rights.COORDINATORS)
routes.act(f"{PUBLICATION}/approval", ApprovePublication, approve_publication, allow=rights.APPROVERS)
routes.act(f"{PUBLICATION}/release", PublishPublication, publish_publication, allow=rights.COORDINATORS)
routes.act(f"{PUBLICATION}/distributions", DistributePublication, distribute_publication, allow=rights.COORDINATORS)
routes.act(f"{PUBLICATION}/supersession", SupersedePublication, supersede_publication, allow=rights.COORDINATORS)


@routes.read("/api/drop-in-sessions", allow=SIGNED_IN)
async def drop_in_sessions(
    look: Look,
    state: Annotated[list[SessionState], Query(default_factory=list, max_length=10, description="Any of these")],
    district: DistrictCode | None = None,
    limit: Limit = 50,
    after: After = 0,
) -> Page[SessionView]:
    """Drop-in sessions, latest first."""
    found, total = await session_queries.sessions(look.tx, states=state, district=district, limit=limit, after=after)
    return Page.of([SessionView.model_validate(one) for one in found], total=total, limit=limit, after=after)


@routes.read(SESSION, allow=SIGNED_IN)
async def drop_in_session(look: Look, session_id: UUID) -> SessionView:
    return SessionView.model_validate(await session_queries.session(look.tx, session_id))


@routes.read("/api/publications", allow=SIGNED_IN)
async def publications(
    look: Look,
    state: Annotated[list[PublicationState], Query(default_factory=list, max_length=10, description="Any of these")],
    limit: Limit = 50,
    after: After = 0,
) -> Page[PublicationView]:
    """Flyers and guides, by title."""
    found, total = await publication_queries.publications(look.tx, states=state, limit=limit, after=after)
    return Page.of([PublicationView.model_validate(one) for one in found], total=total, limit=limit, after=after)


@routes.read(PUBLICATION, allow=SIGNED_IN)
async def publication(look: Look, publication_id: UUID) -> PublicationDetail:
    found = await publication_queries.publication(look.tx, publication_id)
    given = await publication_queries.distributions_of(look.tx, publication_id)
    shown = PublicationView.model_validate(found).model_dump()
    return PublicationDetail(**shown, distributions=[DistributionView.model_validate(one) for one in given])
