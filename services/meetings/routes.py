"""The API of the council."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query

from schemas.events.bodies import BodyKind, InstitutionKind
from services.chassis.http import After, Limit, Look, Page, Routes
from services.meetings.domain.meeting import MeetingState
from services.meetings.domain.plan import PlanState
from services.meetings.queries import bodies, meetings, obligations, plans
from services.meetings.queries.meetings import MeetingFilter
from services.meetings.use_cases.cancel_meeting import CancelMeeting, cancel_meeting
from services.meetings.use_cases.constitute_body import ConstituteBody, constitute_body
from services.meetings.use_cases.convene_meeting import ConveneMeeting, convene_meeting
from services.meetings.use_cases.designate_member import DesignateMember, designate_member
from services.meetings.use_cases.dissolve_body import DissolveBody, dissolve_body
from services.meetings.use_cases.draft_plan import DraftPlan, draft_plan
from services.meetings.use_cases.end_mandate import EndMandate, end_mandate
from services.meetings.use_cases.hold_meeting import HoldMeeting, hold_meeting
from services.meetings.use_cases.mandate_representative import MandateRepresentative, mandate_representative
from services.meetings.use_cases.open_meeting import OpenMeeting, open_meeting
from services.meetings.use_cases.prepare_convening import PrepareConvening, prepare_convening
from services.meetings.use_cases.record_attendance import RecordAttendance, record_attendance
from services.meetings.use_cases.record_decision import RecordDecision, record_decision
from services.meetings.use_cases.register_institution import RegisterInstitution, register_institution
from services.meetings.use_cases.reschedule_meeting import RescheduleMeeting, reschedule_meeting
from services.meetings.use_cases.schedule_meeting import ScheduleMeeting, schedule_meeting
from services.meetings.use_cases.sign_plan import SignPlan, sign_plan
from services.meetings.use_cases.submit_plan import SubmitPlan, submit_plan
from services.meetings.use_cases.validate_plan import ValidatePlan, validate_plan
from services.meetings.visibility import INSTITUTIONS, PRESIDENCY, READERS, SECRETARIAT, SIGNATORIES, scope_of

routes = Routes()

INSTITUTION = "/api/institutions/{institution_id}"
BODY = "/api/bodies/{body_id}"
MEETING = "/api/meetings/{meeting_id}"
PLAN = "/api/plans/{plan_id}"

routes.create(INSTITUTION, RegisterInstitution, register_institution, allow=SECRETARIAT)

routes.create(BODY, ConstituteBody, constitute_body, allow=SECRETARIAT)
routes.act(f"{BODY}/members", DesignateMember, designate_member, allow=SECRETARIAT)
routes.act(f"{BODY}/mandate-ends", EndMandate, end_mandate, allow=SECRETARIAT)
routes.act(f"{BODY}/dissolution", DissolveBody, dissolve_body, allow=SECRETARIAT)

routes.create(MEETING, ScheduleMeeting, schedule_meeting, allow=SECRETARIAT)
routes.act(f"{MEETING}/preparation", PrepareConvening, prepare_convening, allow=SECRETARIAT)
routes.act(f"{MEETING}/convening", ConveneMeeting, convene_meeting, allow=PRESIDENCY)
routes.act(f"{MEETING}/rescheduling", RescheduleMeeting, reschedule_meeting, allow=SECRETARIAT | PRESIDENCY)
routes.act(f"{MEETING}/cancellation", CancelMeeting, cancel_meeting, allow=SECRETARIAT | PRESIDENCY)
routes.act(f"{MEETING}/mandates", MandateRepresentative, mandate_representative, allow=INSTITUTIONS)
routes.act(f"{MEETING}/opening", OpenMeeting, open_meeting, allow=SECRETARIAT)
routes.act(f"{MEETING}/attendance", RecordAttendance, record_attendance, allow=SECRETARIAT)
routes.act(f"{MEETING}/decisions", RecordDecision, record_decision, allow=SECRETARIAT)
routes.act(f"{MEETING}/holding", HoldMeeting, hold_meeting, allow=SECRETARIAT)

routes.create(PLAN, DraftPlan, draft_plan, allow=SECRETARIAT)
routes.act(f"{PLAN}/submission", SubmitPlan, submit_plan, allow=SECRETARIAT)
routes.act(f"{PLAN}/validation", ValidatePlan, validate_plan, allow=SECRETARIAT)
routes.act(f"{PLAN}/signatures", SignPlan, sign_plan, allow=SIGNATORIES)


@routes.read("/api/institutions", allow=READERS)
async def institutions(
    look: Look, kind: InstitutionKind | None = None, limit: Limit = 50, after: After = 0
) -> Page[bodies.InstitutionView]:
    """Institutions known to the council, by name."""
    items, total = await bodies.list_institutions(look.tx, kind=kind, limit=limit, after=after)
    return Page[bodies.InstitutionView].of(items, total=total, limit=limit, after=after)


@routes.read(INSTITUTION, allow=READERS)
async def institution(look: Look, institution_id: UUID) -> bodies.InstitutionView:
    """One institution."""
    return await bodies.find_institution(look.tx, institution_id)


@routes.read("/api/bodies", allow=READERS)
async def list_bodies(
    look: Look, kind: BodyKind | None = None, limit: Limit = 50, after: After = 0
) -> Page[bodies.BodyRow]:
    """Bodies the caller may see, plenary first."""
    items, total = await bodies.list_bodies(look.tx, scope_of(look.by), kind=kind, limit=limit, after=after)
    return Page[bodies.BodyRow].of(items, total=total, limit=limit, after=after)


@routes.read(BODY, allow=READERS)
async def body(look: Look, body_id: UUID) -> bodies.BodyView:
    """One body with its composition and history."""
    return await bodies.find_body(look.tx, scope_of(look.by), body_id)


@routes.read("/api/meetings", allow=READERS)
async def list_meetings(
    look: Look,
    body_id: UUID | None = None,
    state: MeetingState | None = None,
    year: Annotated[int | None, Query(ge=1900, le=2999, description="Year of the meeting, in Paris")] = None,
    words: Annotated[
        str | None, Query(max_length=100, pattern=r"^[^\x00]*$", description="In subject or decisions")
    ] = None,
    order: meetings.Order = "latest",
    limit: Limit = 50,
    after: After = 0,
) -> Page[meetings.MeetingRow]:
    """Meetings the caller may see."""
    wanted = MeetingFilter(body_id=body_id, state=state, year=year, words=words, latest_first=order == "latest")
    items, total = await meetings.list_meetings(look.tx, scope_of(look.by), wanted, limit=limit, after=after)
    return Page[meetings.MeetingRow].of(items, total=total, limit=limit, after=after)


@routes.read(MEETING, allow=READERS)
async def meeting(look: Look, meeting_id: UUID) -> meetings.MeetingView:
    """One meeting with its agenda, attendance, decisions and history."""
    return await meetings.view_meeting(look.tx, scope_of(look.by), meeting_id)


@routes.read("/api/plans", allow=READERS)
async def list_plans(
    look: Look, state: PlanState | None = None, limit: Limit = 50, after: After = 0
) -> Page[plans.PlanRow]:
    """Action plans, latest first."""
    items, total = await plans.list_plans(look.tx, state=state, limit=limit, after=after)
    return Page[plans.PlanRow].of(items, total=total, limit=limit, after=after)


@routes.read(PLAN, allow=READERS)
async def plan(look: Look, plan_id: UUID) -> plans.PlanView:
    """One action plan with its actions, signatures and history."""
    return await plans.view_plan(look.tx, plan_id)


@routes.read("/api/bodies/{body_id}/obligation", allow=READERS)
async def obligation(look: Look, body_id: UUID) -> obligations.ObligationView:
    """How a body stands with the meetings it owes."""
    return await obligations.find_obligation(look.tx, scope_of(look.by), body_id, now=look.now)
