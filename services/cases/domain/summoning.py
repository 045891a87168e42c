"""From clearance to the door of the town hall: representatives, letters, new days, absences."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from schemas.events.cases import (
    RecallHearingRescheduled,
    RecallNoShowRecorded,
    RecallRefused,
    RecallState,
    RecallSummonsIssued,
    RefusalReason,
)
from services.cases.domain.days import day_of
from services.cases.domain.recall import Recall
from services.cases.domain.rules import RecallRules
from services.chassis.decisions import Decision
from services.chassis.errors import Refusal
from services.chassis.french import PARIS, full_date, full_datetime

_BEFORE_CLEARANCE = frozenset({RecallState.REPORTED, RecallState.CONSULTED})
_MAY_SUMMON = frozenset({RecallState.CLEARED, RecallState.NO_SHOW})


class SummonsBeforeClearance(Refusal):
    sentence = "Le parquet n'a pas rendu d'avis favorable : la personne ne peut pas encore être convoquée."


class ProsecutorObjects(Refusal):
    sentence = "Le parquet s'est opposé au rappel à l'ordre : il ne reste qu'à classer le dossier."


class AlreadySummoned(Refusal):
    sentence = "La personne est déjà convoquée, ou l'entretien a eu lieu."


class LegalRepresentativeMissing(Refusal):
    sentence = "La personne est mineure : identifiez ses représentants légaux avant de la convoquer."


class RepresentativesOfAnAdult(Refusal):
    sentence = "La personne est majeure : aucun représentant légal n'est à inscrire."


class SummonsNoticeTooShort(Refusal):
    status = 422
    sentence = "Il faut {days} jours entre la convocation et l'entretien. Première date possible : {first}."
    default_field = "hearing_at"


class NotSummoned(Refusal):
    sentence = "La personne n'est pas convoquée."


class NoSummonsLetter(Refusal):
    sentence = "Aucune convocation n'est en cours : il n'y a pas de lettre à ouvrir."


class HearingStillAhead(Refusal):
    sentence = "L'entretien est prévu le {hearing} : l'absence se constate après."


def check_representatives(case: Recall) -> None:
    """Raises RecallOver, RecallStopped or RepresentativesOfAnAdult."""
    case.check_alive()
    if not case.minor:
        raise RepresentativesOfAnAdult


def identify_representatives(case: Recall, count: int) -> Decision[Recall]:
    """The legal representatives of a minor are known. Raises as check_representatives."""
    check_representatives(case)
    return case.after(representatives=count)


def check_summons(case: Recall) -> None:
    """Raises RecallOver, RecallStopped, SummonsBeforeClearance, ProsecutorObjects, AlreadySummoned or
    LegalRepresentativeMissing."""
    case.check_alive()
    if case.state in _BEFORE_CLEARANCE:
        raise SummonsBeforeClearance
    if case.state is RecallState.OBJECTED:
        raise ProsecutorObjects
    if case.state not in _MAY_SUMMON:
        raise AlreadySummoned
    if case.minor and not case.representatives:
        raise LegalRepresentativeMissing


def issue_summons(
    case: Recall, *, hearing_at: datetime, place: str, rules: RecallRules, now: datetime
) -> Decision[Recall]:
    """Summons the person to the town hall by letter; again after an absence.

    Raises as check_summons, or SummonsNoticeTooShort with the first lawful moment.
    """
    check_summons(case)
    _check_notice(hearing_at, rules, now)
    return case.after(
        RecallSummonsIssued(
            **case.fact(RecallState.SUMMONED), attempt=case.attempts + 1, hearing_on=day_of(hearing_at)
        ),
        state=RecallState.SUMMONED,
        attempts=case.attempts + 1,
        summoned_at=now,
        hearing_at=hearing_at,
        hearing_place=place,
    )


def check_new_date(case: Recall) -> None:
    """Raises RecallOver, RecallStopped or NotSummoned."""
    case.check_alive()
    if case.state is not RecallState.SUMMONED:
        raise NotSummoned


def reschedule_hearing(
    case: Recall, *, hearing_at: datetime, place: str, rules: RecallRules, now: datetime
) -> Decision[Recall]:
    """Moves a hearing that has not taken place, after an excuse or by the town. Raises as check_new_date, or
    SummonsNoticeTooShort."""
    check_new_date(case)
    _check_notice(hearing_at, rules, now)
    return case.after(
        RecallHearingRescheduled(**case.fact(RecallState.SUMMONED), hearing_on=day_of(hearing_at)),
        summoned_at=now,
        hearing_at=hearing_at,
        hearing_place=place,
    )


def check_letter(case: Recall) -> None:
    """A letter can be printed while its hearing is ahead or missed. Raises NoSummonsLetter."""
    if case.state not in (RecallState.SUMMONED, RecallState.NO_SHOW):
        raise NoSummonsLetter


def check_no_show(case: Recall, now: datetime) -> None:
    """Raises RecallOver, RecallStopped, NotSummoned or HearingStillAhead."""
    check_new_date(case)
    if case.hearing_at is not None and now < case.hearing_at:
        raise HearingStillAhead(hearing=full_datetime(case.hearing_at))


def record_no_show(case: Recall, *, rules: RecallRules, now: datetime) -> Decision[Recall]:
    """Records an absence. After as many as the rules allow, the recall is let go by. Raises as check_no_show."""
    check_no_show(case, now)
    absent = RecallNoShowRecorded(**case.fact(RecallState.NO_SHOW), attempt=case.attempts)
    if case.attempts < rules.summonses_max:
        return case.after(absent, state=RecallState.NO_SHOW)
    refused = RecallRefused(**case.fact(RecallState.REFUSED), reason=RefusalReason.ABSENCES)
    return case.after(absent, refused, state=RecallState.REFUSED)


def check_refusal(case: Recall) -> None:
    """Raises RecallOver, RecallStopped or NotSummoned."""
    case.check_alive()
    if case.state not in (RecallState.SUMMONED, RecallState.NO_SHOW):
        raise NotSummoned


def refuse_recall(case: Recall) -> Decision[Recall]:
    """The person says that he or she will not come; nothing obliges anyone to. Raises as check_refusal."""
    check_refusal(case)
    return case.after(
        RecallRefused(**case.fact(RecallState.REFUSED), reason=RefusalReason.DECLINED), state=RecallState.REFUSED
    )


def _check_notice(hearing_at: datetime, rules: RecallRules, now: datetime) -> None:
    first_day = day_of(now) + timedelta(days=rules.summons_notice_days)
    if day_of(hearing_at) < first_day:
        clock = hearing_at.astimezone(PARIS).time()
        first = datetime.combine(first_day, clock, PARIS).astimezone(UTC)
        raise SummonsNoticeTooShort(days=rules.summons_notice_days, first=full_date(first_day), proposal=first)
