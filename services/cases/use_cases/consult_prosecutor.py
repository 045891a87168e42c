"""Ask the prosecutor's office before anything else is done."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from pydantic import Field

from schemas.events.statistics import RecallStage
from services.cases import counting, history, store
from services.cases.domain import screening
from services.cases.domain.days import day_of
from services.cases.domain.protocol import Protocol, applicable
from services.cases.domain.recall import Recall
from services.cases.locking import competent_case
from services.chassis import timers
from services.chassis.act import Act
from services.chassis.calendar import morning
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class ConsultProsecutor(Command):
    """Ask the prosecutor's office whether it objects, after checking that neither complaint nor inquiry is known."""

    complaint_filed: bool = Field(description="A complaint is known to be filed.")
    investigation_under_way: bool = Field(description="A judicial inquiry is known to be under way.")


async def consult_prosecutor(case_id: UUID, command: ConsultProsecutor, act: Act) -> Decision[Recall]:
    """Raises as competent_case, applicable, and the domain's consult_prosecutor."""
    case = await competent_case(act, case_id)
    screening.check_consultation(case)
    protocols = await store.lock_protocols(act.tx, case.commune)
    protocol = applicable(protocols, case.motive, day_of(act.now))
    decision = screening.consult_prosecutor(
        case,
        protocol,
        complaint_filed=command.complaint_filed,
        investigation_under_way=command.investigation_under_way,
        now=act.now,
    )
    await store.save_recall(act.tx, decision.state)
    await history.keep(act, decision)
    await counting.count(act, RecallStage.CONSULTED, decision.state)
    await _watch_reply(act, decision.state, protocol)
    return decision


async def _watch_reply(act: Act, case: Recall, protocol: Protocol) -> None:
    assert case.reply_due is not None
    await timers.schedule(
        act.tx,
        "prosecutor-reply",
        key=str(case.id),
        due=morning(case.reply_due + timedelta(days=1)),
        payload={
            "reply_due": case.reply_due.isoformat(),
            "silence_is_clearance": protocol.silence_is_clearance,
        },
        correlation_id=act.correlation_id,
    )
