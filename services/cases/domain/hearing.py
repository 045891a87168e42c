"""The hearing before the mayor, its follow-up and the end of the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from schemas.events.cases import RecallCaseClosed, RecallFollowUpDue, RecallHearingHeld, RecallState
from schemas.events.statistics import RecallOutcome
from services.cases.domain.days import day_of, months_after
from services.cases.domain.recall import Recall
from services.cases.domain.rules import RecallRules
from services.cases.domain.summoning import NotSummoned, ProsecutorObjects
from services.chassis.decisions import Decision
from services.chassis.errors import Refusal
from services.chassis.french import full_date

_NOT_CLEARED = frozenset({RecallState.REPORTED, RecallState.CONSULTED})
_AT_ONCE = frozenset(
    {
        RecallOutcome.REPEATED,
        RecallOutcome.MOVED,
        RecallOutcome.REFERRED_PROSECUTOR,
        RecallOutcome.REFERRED_FAMILY_COUNCIL,
        RecallOutcome.REFERRED_SOCIAL,
        RecallOutcome.REFERRED_MEDIATION,
    }
)
_WITHOUT_HEARING = frozenset(
    {RecallOutcome.NOT_HELD, RecallOutcome.REFERRED_PROSECUTOR, RecallOutcome.MOVED, RecallOutcome.REFERRED_MEDIATION}
)


class HeldBy(StrEnum):
    """Who speaks the recall: the mayor, or the representative designated under L. 2122-18 of the CGCT."""

    MAYOR = "mayor"
    DELEGATE = "delegate"


class AdultPresent(StrEnum):
    """Which adult came with a minor (article L. 132-7)."""

    PARENT = "parent"
    LEGAL_REPRESENTATIVE = "legal-representative"
    EDUCATOR = "educator"


class AdultImpossible(StrEnum):
    """Why no adult could come with a minor."""

    NOT_FOUND = "not-found"
    DID_NOT_COME = "did-not-come"
    AGAINST_INTEREST = "against-interest"


class HearingBeforeClearance(Refusal):
    sentence = "Le parquet n'a pas rendu d'avis favorable : l'entretien ne peut pas avoir lieu."


class HearingBeforeSummons(Refusal):
    sentence = "La personne n'est pas encore convoquée ; il faut {days} jours entre la convocation et l'entretien."


class HearingBeforeItsDay(Refusal):
    status = 422
    sentence = "La personne est convoquée le {day} : indiquez ce jour ou un jour suivant."
    default_field = "held_on"


class HearingInTheFuture(Refusal):
    status = 422
    sentence = "L'entretien ne peut pas être enregistré avant d'avoir eu lieu."
    default_field = "held_on"


class AdultMissing(Refusal):
    status = 422
    sentence = "La personne est mineure : indiquez l'adulte présent, ou pourquoi aucun n'a pu l'être."
    default_field = "adult_present"


class DelegationMissing(Refusal):
    status = 422
    sentence = "Indiquez la date de la délégation donnée par le maire."
    default_field = "delegation_on"


class RecallNotHeard(Refusal):
    sentence = "L'entretien n'a pas eu lieu : le dossier ne peut pas être clos."


class ClosureBeforeFollowUp(Refusal):
    sentence = "Le suivi dure {months} mois : le dossier peut être clos à partir du {day}."
    default_field = "outcome"


class OutcomeNeedsHearing(Refusal):
    status = 422
    sentence = "Sans entretien, cette suite n'est pas possible."
    default_field = "outcome"


class OutcomeSaysNotHeld(Refusal):
    status = 422
    sentence = "L'entretien a eu lieu : choisissez une autre suite."
    default_field = "outcome"


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """How a hearing went; `delegation_on` is the day of the decree of delegation."""

    held_on: date
    held_by: HeldBy
    delegation_on: date | None = None
    adult_present: AdultPresent | None = None
    adult_impossible: AdultImpossible | None = None


def check_hearing(case: Recall, rules: RecallRules) -> None:
    """Raises RecallOver, RecallStopped, HearingBeforeClearance, ProsecutorObjects, HearingBeforeSummons or
    NotSummoned."""
    case.check_alive()
    if case.state in _NOT_CLEARED:
        raise HearingBeforeClearance
    if case.state is RecallState.OBJECTED:
        raise ProsecutorObjects
    if case.state is RecallState.CLEARED:
        raise HearingBeforeSummons(days=rules.summons_notice_days)
    if case.state is not RecallState.SUMMONED:
        raise NotSummoned


def hold_hearing(case: Recall, hearing: Hearing, *, rules: RecallRules, now: datetime) -> Decision[Recall]:
    """The mayor spoke the recall. Raises as check_hearing, or HearingInTheFuture, HearingBeforeItsDay,
    DelegationMissing, AdultMissing."""
    check_hearing(case, rules)
    _check_circumstances(case, hearing, now)
    due = months_after(hearing.held_on, rules.first_follow_up_months)
    return case.after(
        RecallHearingHeld(**case.fact(RecallState.DELIVERED), held_on=hearing.held_on, follow_up_due=due),
        state=RecallState.DELIVERED,
        held_on=hearing.held_on,
        follow_up_due=due,
    )


def _check_circumstances(case: Recall, hearing: Hearing, now: datetime) -> None:
    if hearing.held_on > day_of(now) or (case.hearing_at is not None and now < case.hearing_at):
        raise HearingInTheFuture
    if case.hearing_at is not None and hearing.held_on < day_of(case.hearing_at):
        raise HearingBeforeItsDay(day=full_date(case.hearing_at))
    if hearing.held_by is HeldBy.DELEGATE and (
        hearing.delegation_on is None or hearing.delegation_on > hearing.held_on
    ):
        raise DelegationMissing
    if case.minor and hearing.adult_present is None and hearing.adult_impossible is None:
        raise AdultMissing


def let_follow_up_fall_due(case: Recall, *, rank: int, due_on: date) -> Decision[Recall] | None:
    """A review is due. None when the case has ended or stopped meanwhile, or the review is already known to be due."""
    if case.state is not RecallState.DELIVERED or case.reviews_due >= rank:
        return None
    return case.after(RecallFollowUpDue(**case.fact(case.state), rank=rank, due_on=due_on), reviews_due=rank)


def check_closure(case: Recall) -> None:
    """Raises RecallOver, RecallStopped or RecallNotHeard."""
    case.check_alive()
    if case.state not in (RecallState.DELIVERED, RecallState.REFUSED):
        raise RecallNotHeard


def close_recall(case: Recall, outcome: RecallOutcome, *, rules: RecallRules, now: datetime) -> Decision[Recall]:
    """Ends a case that was heard, or that the person let go by. Raises as check_closure, or OutcomeNeedsHearing,
    OutcomeSaysNotHeld, ClosureBeforeFollowUp."""
    check_closure(case)
    if case.state is RecallState.REFUSED and outcome not in _WITHOUT_HEARING:
        raise OutcomeNeedsHearing
    if case.state is RecallState.DELIVERED:
        _check_follow_up(case, outcome, rules, day_of(now))
    return case.after(
        RecallCaseClosed(**case.fact(RecallState.CLOSED), closed_on=day_of(now)),
        state=RecallState.CLOSED,
        outcome=outcome,
        ended_at=now,
    )


def _check_follow_up(case: Recall, outcome: RecallOutcome, rules: RecallRules, today: date) -> None:
    if outcome is RecallOutcome.NOT_HELD:
        raise OutcomeSaysNotHeld
    if case.follow_up_due is not None and today < case.follow_up_due and outcome not in _AT_ONCE:
        raise ClosureBeforeFollowUp(
            months=rules.first_follow_up_months, day=full_date(case.follow_up_due), proposal=case.follow_up_due
        )
