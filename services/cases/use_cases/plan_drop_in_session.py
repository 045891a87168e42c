"""Plan a drop-in session in a district."""

from __future__ import annotations

from uuid import UUID

from pydantic import AwareDatetime, Field

from services.cases import reference, store
from services.cases.domain import drop_in_session
from services.cases.domain.competence import check_commune
from services.cases.domain.days import day_of
from services.cases.domain.drop_in_session import DropInSession, UnknownDistrict
from services.cases.texts import DistrictCode, Insee, Line
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class PlanDropInSession(Command):
    """Plan a session where residents may come without appointment. Nobody is told yet."""

    commune: Insee
    district: DistrictCode = Field(description="Code of the district, such as `beau-marais`.")
    place: Line = Field(description="Public place where it is held.")
    starts_at: AwareDatetime
    ends_at: AwareDatetime


async def plan_drop_in_session(session_id: UUID, command: PlanDropInSession, act: Act) -> Decision[DropInSession]:
    """Raises OutsideCommune, UnknownDistrict, SessionInThePast, SessionEndsBeforeItStarts or SessionTooLong."""
    check_commune(act.by, command.commune)
    name = reference.districts(command.commune, day_of(act.now)).get(command.district)
    if name is None:
        raise UnknownDistrict(district=command.district)
    draft = DropInSession(id=session_id, district_name=name, **command.model_dump())
    decision = drop_in_session.plan_session(draft, now=act.now)
    await store.save_session(act.tx, decision.state)
    return decision
