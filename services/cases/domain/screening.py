"""From the report to the prosecutor's desk: reporting, rejecting, consulting."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from schemas.events.cases import (
    Origin,
    ProsecutorConsulted,
    RecallRejected,
    RecallReported,
    RecallState,
    RejectionReason,
)
from services.cases.domain.ages import age_on, band_of
from services.cases.domain.days import day_of, month_of
from services.cases.domain.protocol import Protocol, UnknownMotive
from services.cases.domain.recall import Recall, RecallOver
from services.cases.domain.rules import RecallRules
from services.chassis.decisions import Decision
from services.chassis.errors import Refusal


class FactsInTheFuture(Refusal):
    status = 422
    sentence = "La date des faits est dans le futur."
    default_field = "facts_on"


class BirthDateImpossible(Refusal):
    status = 422
    sentence = "La date de naissance ne convient pas : la personne doit être née avant les faits."
    default_field = "person.birth_date"


class AlreadyConsulted(Refusal):
    sentence = "Le parquet a déjà été consulté pour ce dossier."


class ComplaintFiled(Refusal):
    sentence = "Une plainte est déposée : le rappel à l'ordre est exclu. Classez le dossier."
    default_field = "complaint_filed"


class InvestigationUnderWay(Refusal):
    sentence = "Une enquête est en cours : le rappel à l'ordre est exclu. Classez le dossier."
    default_field = "investigation_under_way"


class RecallAlreadyHeld(Refusal):
    sentence = "L'entretien a eu lieu : le dossier ne peut plus être classé, il se clôt."


class ObjectionNotReceived(Refusal):
    status = 422
    sentence = "Le parquet ne s'est pas opposé : choisissez un autre motif de classement."
    default_field = "reason_code"


@dataclass(frozen=True, kw_only=True)
class Report:
    """What is reported and may be kept in clear, plus the two days from which the age band is worked out."""

    case_id: UUID
    commune: str
    origin: Origin
    motive: str
    facts_on: date
    birth_date: date
    representatives: int


def check_report(report: Report, *, known_motives: Collection[str], today: date) -> None:
    """Raises UnknownMotive, FactsInTheFuture or BirthDateImpossible."""
    if report.motive not in known_motives:
        raise UnknownMotive(motive=report.motive)
    if report.facts_on > today:
        raise FactsInTheFuture
    if report.birth_date >= report.facts_on or age_on(report.birth_date, today) > 120:
        raise BirthDateImpossible


def report_recall(report: Report, *, number: str, rules: RecallRules, now: datetime) -> Decision[Recall]:
    """Opens a case from a checked report."""
    today = day_of(now)
    case = Recall(
        id=report.case_id,
        commune=report.commune,
        number=number,
        origin=report.origin,
        motive=report.motive,
        age_band=band_of(age_on(report.birth_date, today)),
        facts_month=month_of(report.facts_on),
        reported_at=now,
        screening_due=today + timedelta(days=rules.screening_days),
        representatives=report.representatives,
    )
    return case.after(RecallReported(**case.fact(RecallState.REPORTED), screening_due=case.screening_due))


def check_rejection(case: Recall, reason: RejectionReason | None = None) -> None:
    """A suspended case may be rejected: that is how a filed complaint ends it.

    Raises RecallOver, RecallAlreadyHeld or ObjectionNotReceived.
    """
    if case.over:
        raise RecallOver
    if case.held_on is not None:
        raise RecallAlreadyHeld
    if reason is RejectionReason.OPPOSITION_PARQUET and case.state is not RecallState.OBJECTED:
        raise ObjectionNotReceived


def reject_recall(case: Recall, reason: RejectionReason, *, now: datetime) -> Decision[Recall]:
    """Ends a case without a recall. Raises as check_rejection."""
    check_rejection(case, reason)
    return case.after(
        RecallRejected(**case.fact(RecallState.REJECTED), reason_code=reason),
        state=RecallState.REJECTED,
        rejection_reason=reason,
        suspension_reason=None,
        resume_state=None,
        ended_at=now,
    )


def check_consultation(case: Recall) -> None:
    """Raises RecallOver, RecallStopped or AlreadyConsulted."""
    case.check_alive()
    if case.state is not RecallState.REPORTED:
        raise AlreadyConsulted


def consult_prosecutor(
    case: Recall, protocol: Protocol, *, complaint_filed: bool, investigation_under_way: bool, now: datetime
) -> Decision[Recall]:
    """Asks the prosecutor's office, under a protocol that covers the motive.

    Raises as check_consultation, or ComplaintFiled or InvestigationUnderWay.
    """
    check_consultation(case)
    if complaint_filed:
        raise ComplaintFiled
    if investigation_under_way:
        raise InvestigationUnderWay
    due = day_of(now) + timedelta(days=protocol.reply_days)
    return case.after(
        ProsecutorConsulted(**case.fact(RecallState.CONSULTED), reply_due=due),
        state=RecallState.CONSULTED,
        consulted_at=now,
        reply_due=due,
    )
