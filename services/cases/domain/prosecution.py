"""What the prosecutor's office says, or does not say; and the stop rule when a complaint becomes known."""

from __future__ import annotations

from datetime import date, datetime

from schemas.events.cases import (
    ProsecutorClearanceReceived,
    ProsecutorObjectionReceived,
    ProsecutorReplyTimedOut,
    RecallResumed,
    RecallState,
    RecallSuspended,
    SuspensionReason,
)
from services.cases.domain.recall import Recall
from services.chassis.decisions import Decision
from services.chassis.errors import Refusal


class ProsecutorNotConsulted(Refusal):
    sentence = "Le parquet n'a pas encore été consulté pour ce dossier."


class ProsecutorAlreadyReplied(Refusal):
    sentence = "Le parquet a déjà rendu son avis."


class RecallNotSuspended(Refusal):
    sentence = "Le dossier n'est pas suspendu."


def check_reply(case: Recall) -> None:
    """Raises RecallOver, RecallStopped, ProsecutorNotConsulted or ProsecutorAlreadyReplied."""
    case.check_alive()
    if case.state is RecallState.REPORTED:
        raise ProsecutorNotConsulted
    if case.state is not RecallState.CONSULTED:
        raise ProsecutorAlreadyReplied


def clear_recall(case: Recall, *, now: datetime, by_silence: bool = False) -> Decision[Recall]:
    """The office does not object. Raises as check_reply."""
    check_reply(case)
    return case.after(
        ProsecutorClearanceReceived(**case.fact(RecallState.CLEARED), by_silence=by_silence),
        state=RecallState.CLEARED,
        replied_at=now,
    )


def object_to_recall(case: Recall, *, now: datetime) -> Decision[Recall]:
    """The office objects. Raises as check_reply."""
    check_reply(case)
    return case.after(
        ProsecutorObjectionReceived(**case.fact(RecallState.OBJECTED)), state=RecallState.OBJECTED, replied_at=now
    )


def let_reply_time_out(
    case: Recall, *, reply_due: date, silence_is_clearance: bool, now: datetime
) -> Decision[Recall] | None:
    """The delay ended: clearance if the protocol says so, else a fact that people must see. None when a reply came."""
    if case.state is not RecallState.CONSULTED or case.reply_due != reply_due or case.reply_late:
        return None
    if silence_is_clearance:
        return clear_recall(case, now=now, by_silence=True)
    return case.after(ProsecutorReplyTimedOut(**case.fact(RecallState.CONSULTED), reply_due=reply_due), reply_late=True)


def suspend_recall(case: Recall, reason: SuspensionReason) -> Decision[Recall]:
    """Stops everything at once, whatever the step. Raises RecallOver or RecallStopped."""
    case.check_alive()
    return case.after(
        RecallSuspended(**case.fact(RecallState.SUSPENDED), reason=reason),
        state=RecallState.SUSPENDED,
        resume_state=case.state,
        suspension_reason=reason,
    )


def resume_recall(case: Recall) -> Decision[Recall]:
    """Lets a suspended case go on from where it was. Raises RecallNotSuspended."""
    if case.resume_state is None:
        raise RecallNotSuspended
    return case.after(
        RecallResumed(**case.fact(case.resume_state)),
        state=case.resume_state,
        resume_state=None,
        suspension_reason=None,
    )
