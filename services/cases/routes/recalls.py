"""Protocols and recalls: commands, readings, access log."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Query, Response

from schemas.events.cases import RecallState
from services.cases import rights
from services.cases.person import OpenedCase
from services.cases.queries import access_log
from services.cases.queries import protocols as protocol_queries
from services.cases.queries import recalls as recall_queries
from services.cases.summons_letters import open_summons_letter
from services.cases.texts import Insee
from services.cases.use_cases.clear_recall import ClearRecall, clear_recall
from services.cases.use_cases.close_recall import CloseRecall, close_recall
from services.cases.use_cases.consult_prosecutor import ConsultProsecutor, consult_prosecutor
from services.cases.use_cases.hold_hearing import HoldHearing, hold_hearing
from services.cases.use_cases.identify_representatives import IdentifyRepresentatives, identify_representatives
from services.cases.use_cases.issue_summons import IssueSummons, issue_summons
from services.cases.use_cases.object_to_recall import ObjectToRecall, object_to_recall
from services.cases.use_cases.read_identity import IdentityReading, ReadIdentity
from services.cases.use_cases.record_no_show import RecordNoShow, record_no_show
from services.cases.use_cases.refuse_recall import RefuseRecall, refuse_recall
from services.cases.use_cases.reject_recall import RejectRecall, reject_recall
from services.cases.use_cases.report_recall import ReportRecall, report_recall
from services.cases.use_cases.reschedule_hearing import RescheduleHearing, reschedule_hearing
from services.cases.use_cases.resume_recall import ResumeRecall, resume_recall
from services.cases.use_cases.sign_protocol import SignProtocol, sign_protocol
from services.cases.use_cases.suspend_recall import SuspendRecall, suspend_recall
from services.cases.views import (
    AccessView,
    HistoryView,
    ProtocolView,
    ReadingView,
    RecallDetail,
    RecallView,
)
from services.chassis.http import After, Limit, Look, Page, Routes

routes = Routes()


class PdfResponse(Response):
    media_type = "application/pdf"


CASE = "/api/recalls/{case_id}"

routes.create("/api/protocols/{protocol_id}", SignProtocol, sign_protocol, allow=rights.TOWN_HALL)
routes.create(CASE, ReportRecall, report_recall, allow=rights.REPORTERS)
routes.act(f"{CASE}/rejection", RejectRecall, reject_recall, allow=rights.TOWN_HALL)
routes.act(f"{CASE}/consultation", ConsultProsecutor, consult_prosecutor, allow=rights.COORDINATORS)
routes.act(f"{CASE}/clearance", ClearRecall, clear_recall, allow=rights.PROSECUTORS)
routes.act(f"{CASE}/objection", ObjectToRecall, object_to_recall, allow=rights.PROSECUTORS)
routes.act(f"{CASE}/suspension", SuspendRecall, suspend_recall, allow=rights.WATCHERS)
routes.act(f"{CASE}/resumption", ResumeRecall, resume_recall, allow=rights.PROSECUTORS)
routes.act(f"{CASE}/representatives", IdentifyRepresentatives, identify_representatives, allow=rights.REPORTERS)
routes.act(f"{CASE}/summons", IssueSummons, issue_summons, allow=rights.TOWN_HALL)
routes.act(f"{CASE}/new-date", RescheduleHearing, reschedule_hearing, allow=rights.TOWN_HALL)
routes.act(f"{CASE}/no-show", RecordNoShow, record_no_show, allow=rights.TOWN_HALL)
routes.act(f"{CASE}/refusal", RefuseRecall, refuse_recall, allow=rights.TOWN_HALL)
routes.act(f"{CASE}/hearing", HoldHearing, hold_hearing, allow=rights.MAYORS)
routes.act(f"{CASE}/closure", CloseRecall, close_recall, allow=rights.COORDINATORS)


@routes.read("/api/protocols", allow=rights.READERS)
async def protocols(
    look: Look, commune: Insee | None = None, limit: Limit = 50, after: After = 0
) -> Page[ProtocolView]:
    """The protocols signed with the prosecutor's office, latest first."""
    found, total = await protocol_queries.protocols(look.tx, commune=commune, limit=limit, after=after)
    return Page.of([ProtocolView.model_validate(one) for one in found], total=total, limit=limit, after=after)


@routes.read("/api/protocols/{protocol_id}", allow=rights.READERS)
async def protocol(look: Look, protocol_id: UUID) -> ProtocolView:
    return ProtocolView.model_validate(await protocol_queries.protocol(look.tx, protocol_id))


@routes.read("/api/recalls", allow=rights.READERS)
async def recalls(
    look: Look,
    state: Annotated[list[RecallState], Query(default_factory=list, max_length=20, description="Any of these")],
    commune: Insee | None = None,
    limit: Limit = 50,
    after: After = 0,
) -> Page[RecallView]:
    """The recalls of the caller's communes, latest first; to the parquet, those it was asked about."""
    found, total = await recall_queries.recalls(
        look.tx, look.by, states=state, commune=commune, limit=limit, after=after
    )
    return Page.of([RecallView.model_validate(one) for one in found], total=total, limit=limit, after=after)


@routes.read("/api/recalls/access-log", allow=rights.OFFICERS)
async def access_entries(
    look: Look, case_id: UUID | None = None, limit: Limit = 50, after: After = 0
) -> Page[AccessView]:
    """Every reading of an identity in the officer's communes, latest first."""
    found, total = await access_log.entries(look.tx, look.by.communes, case_id=case_id, limit=limit, after=after)
    return Page.of([AccessView.model_validate(one) for one in found], total=total, limit=limit, after=after)


@routes.read(CASE, allow=rights.READERS)
async def recall(look: Look, case_id: UUID) -> RecallDetail:
    """One case with its history, without the person."""
    case = await recall_queries.recall(look.tx, look.by, case_id)
    lines = await recall_queries.history_of(look.tx, case_id)
    readings, _ = await access_log.readings_of(look.tx, case_id)
    shown = RecallView.model_validate(case).model_dump()
    return RecallDetail(**shown, history=[HistoryView.model_validate(line) for line in lines], readings=readings)


@routes.post(f"{CASE}/identity-readings", allow=rights.IDENTITY_READERS, response_model=ReadingView)
async def read_identity(look: Look, case_id: UUID, body: ReadIdentity) -> Response:
    """Reads who a case is about. The access log is written first; the answer must not be stored."""
    reading = IdentityReading()
    await look.perform(reading.read_identity, case_id, body, command_id=uuid4())
    view = ReadingView(case_id=case_id, reason=body.reason, read_at=look.now, opened=OpenedCase.of(reading.opened))
    return Response(view.model_dump_json(), media_type="application/json", headers={"Cache-Control": "no-store"})


@routes.post(f"{CASE}/summons-letters", allow=rights.TOWN_HALL, response_class=PdfResponse, response_model=None)
async def summons_letter(look: Look, case_id: UUID) -> Response:
    """The letter of summons as PDF. Its opening is written to the access log first."""
    return await open_summons_letter(look, case_id)
