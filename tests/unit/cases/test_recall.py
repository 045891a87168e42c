"""Every rule of the rappel à l'ordre, without input or output."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from schemas.events.cases import RecallState, RejectionReason, SuspensionReason
from schemas.events.statistics import RecallOutcome, RecallStage
from services.cases.domain import hearing, prosecution, screening, summoning
from services.cases.domain.hearing import AdultPresent, HeldBy
from services.cases.domain.protocol import MotiveOutsideProtocol, ProtocolMissing, applicable
from services.cases.domain.recall import Recall, RecallOver, RecallStopped
from services.cases.domain.statistics import count_recall
from services.chassis.errors import Refusal

from .recalls import HEARING, HELD, NOW, PROTOCOL, RULES, cleared, consulted, heard, reported, summoned

MINOR = date(2000, 11, 20)
AFTER = HEARING + timedelta(hours=1)


def summon(case: Recall, days: int = 13) -> Recall:
    at = NOW + timedelta(days=days)
    return summoning.issue_summons(case, hearing_at=at, place="Mairie", rules=RULES, now=NOW).state


def test_a_report_keeps_a_band_and_a_month_instead_of_days() -> None:
    case = reported()
    assert (case.age_band, case.facts_month, case.minor) == ("26+", date(2017, 1, 1), False)


@pytest.mark.parametrize(
    ("case", "refusal"),
    [
        (reported, hearing.HearingBeforeClearance),
        (consulted, hearing.HearingBeforeClearance),
        (cleared, hearing.HearingBeforeSummons),
        (heard, summoning.NotSummoned),
    ],
)
def test_a_hearing_out_of_turn_is_refused(case: object, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        hearing.hold_hearing(case(), HELD, rules=RULES, now=AFTER)  # type: ignore[operator]


@pytest.mark.parametrize("case", [reported, consulted])
def test_a_summons_before_clearance_is_refused(case: object) -> None:
    with pytest.raises(summoning.SummonsBeforeClearance):
        summon(case())  # type: ignore[operator]


def test_ten_days_of_notice_suffice_and_nine_do_not() -> None:
    assert summon(cleared(), days=10).state is RecallState.SUMMONED
    with pytest.raises(summoning.SummonsNoticeTooShort) as refused:
        summon(cleared(), days=9)
    assert refused.value.proposal == NOW + timedelta(days=10)
    assert "vendredi 13\u00a0janvier 2017" in refused.value.detail


def test_a_minor_needs_representatives_to_be_summoned() -> None:
    case = cleared(reported(MINOR))
    with pytest.raises(summoning.LegalRepresentativeMissing):
        summon(case)
    identified = summoning.identify_representatives(case, 1)
    assert identified.events == ()
    assert summon(identified.state).state is RecallState.SUMMONED


def test_an_adult_has_no_legal_representatives() -> None:
    with pytest.raises(summoning.RepresentativesOfAnAdult):
        summoning.identify_representatives(cleared(), 1)


def test_a_minor_is_heard_with_an_adult_or_a_recorded_impossibility() -> None:
    case = summoned(reported(MINOR, representatives=1))
    with pytest.raises(hearing.AdultMissing):
        hearing.hold_hearing(case, HELD, rules=RULES, now=AFTER)
    with_parent = replace(HELD, adult_present=AdultPresent.PARENT)
    alone = replace(HELD, adult_impossible=hearing.AdultImpossible.NOT_FOUND)
    for how in (with_parent, alone):
        assert hearing.hold_hearing(case, how, rules=RULES, now=AFTER).state.state is RecallState.DELIVERED


def test_a_delegate_needs_a_delegation_given_before() -> None:
    for given in (None, HELD.held_on + timedelta(days=1)):
        how = replace(HELD, held_by=HeldBy.DELEGATE, delegation_on=given)
        with pytest.raises(hearing.DelegationMissing):
            hearing.hold_hearing(summoned(), how, rules=RULES, now=AFTER)


def test_a_hearing_is_recorded_neither_before_its_hour_nor_for_an_earlier_day() -> None:
    with pytest.raises(hearing.HearingInTheFuture):
        hearing.hold_hearing(summoned(), HELD, rules=RULES, now=HEARING - timedelta(minutes=1))
    early = replace(HELD, held_on=HELD.held_on - timedelta(days=1))
    with pytest.raises(hearing.HearingBeforeItsDay):
        hearing.hold_hearing(summoned(), early, rules=RULES, now=AFTER)


def test_the_second_absence_is_a_refusal() -> None:
    first = summoning.record_no_show(summoned(), rules=RULES, now=AFTER)
    assert first.state.state is RecallState.NO_SHOW
    again = summoning.issue_summons(
        first.state, hearing_at=AFTER + timedelta(days=12), place="Mairie", rules=RULES, now=AFTER
    ).state
    second = summoning.record_no_show(again, rules=RULES, now=AFTER + timedelta(days=13))
    assert second.state.state is RecallState.REFUSED
    assert [type(fact).__name__ for fact in second.events] == ["RecallNoShowRecorded", "RecallRefused"]
    assert second.state.version == again.version + 2


def test_a_complaint_stops_every_step_and_may_end_the_case() -> None:
    stopped = prosecution.suspend_recall(summoned(), SuspensionReason.COMPLAINT).state
    with pytest.raises(RecallStopped):
        hearing.hold_hearing(stopped, HELD, rules=RULES, now=AFTER)
    assert prosecution.resume_recall(stopped).state.state is RecallState.SUMMONED
    assert screening.reject_recall(stopped, RejectionReason.PLAINTE, now=NOW).state.over


def test_a_known_complaint_or_inquiry_forbids_the_consultation() -> None:
    for complaint, inquiry, refusal in (
        (True, False, screening.ComplaintFiled),
        (False, True, screening.InvestigationUnderWay),
    ):
        with pytest.raises(refusal):
            screening.consult_prosecutor(
                reported(), PROTOCOL, complaint_filed=complaint, investigation_under_way=inquiry, now=NOW
            )


def test_an_objection_leaves_only_the_rejection() -> None:
    case = prosecution.object_to_recall(consulted(), now=NOW).state
    with pytest.raises(summoning.ProsecutorObjects):
        summon(case)
    assert screening.reject_recall(case, RejectionReason.OPPOSITION_PARQUET, now=NOW).state.over
    with pytest.raises(screening.ObjectionNotReceived):
        screening.reject_recall(consulted(), RejectionReason.OPPOSITION_PARQUET, now=NOW)


def test_silence_counts_only_where_the_protocol_says_so() -> None:
    case = consulted()
    assert case.reply_due == date(2017, 1, 18)
    late = NOW + timedelta(days=16)
    told = prosecution.let_reply_time_out(case, reply_due=case.reply_due, silence_is_clearance=False, now=late)
    assert told is not None
    assert (told.state.state, told.state.reply_late) == (RecallState.CONSULTED, True)
    yes = prosecution.let_reply_time_out(case, reply_due=case.reply_due, silence_is_clearance=True, now=late)
    assert yes is not None
    assert yes.state.state is RecallState.CLEARED
    answered = cleared()
    assert prosecution.let_reply_time_out(
        answered, reply_due=case.reply_due, silence_is_clearance=True, now=late
    ) is None  # fmt: skip


def test_a_case_is_closed_well_only_after_its_first_review() -> None:
    case = heard()
    with pytest.raises(hearing.ClosureBeforeFollowUp) as refused:
        hearing.close_recall(case, RecallOutcome.COMPLIED, rules=RULES, now=AFTER)
    assert refused.value.proposal == date(2017, 4, 16)
    later = AFTER + timedelta(days=95)
    assert hearing.close_recall(case, RecallOutcome.COMPLIED, rules=RULES, now=later).state.over
    assert hearing.close_recall(case, RecallOutcome.REPEATED, rules=RULES, now=AFTER).state.over


def test_an_outcome_fits_what_happened() -> None:
    with pytest.raises(hearing.OutcomeSaysNotHeld):
        hearing.close_recall(heard(), RecallOutcome.NOT_HELD, rules=RULES, now=AFTER)
    refused = summoning.refuse_recall(summoned()).state
    with pytest.raises(hearing.OutcomeNeedsHearing):
        hearing.close_recall(refused, RecallOutcome.COMPLIED, rules=RULES, now=AFTER)


def test_a_review_falls_due_once() -> None:
    first = hearing.let_follow_up_fall_due(heard(), rank=1, due_on=date(2017, 4, 16))
    assert first is not None
    assert hearing.let_follow_up_fall_due(first.state, rank=1, due_on=date(2017, 4, 16)) is None


def test_nothing_is_added_to_a_case_that_is_over() -> None:
    over = screening.reject_recall(reported(), RejectionReason.MEDIATION, now=NOW).state
    for step in (screening.check_consultation, prosecution.check_reply, summoning.check_summons, hearing.check_closure):
        with pytest.raises(RecallOver):
            step(over)


def test_a_protocol_applies_in_its_period_to_its_motives() -> None:
    assert applicable([PROTOCOL], "TAPAGE", NOW.date()) is PROTOCOL
    with pytest.raises(MotiveOutsideProtocol):
        applicable([PROTOCOL], "DIVAG_ANIMAL", NOW.date())
    with pytest.raises(ProtocolMissing):
        applicable([PROTOCOL], "TAPAGE", date(2016, 12, 6))


def test_a_statistic_carries_no_id_of_the_case_and_no_day() -> None:
    case = replace(heard(), outcome=RecallOutcome.COMPLIED)
    [fact] = count_recall(uuid4(), RecallStage.CLOSED, case, on=date(2017, 4, 20)).events
    told = fact.model_dump_json()
    assert str(case.id) not in told
    assert case.number not in told
    assert '"month":"2017-04-01"' in told
