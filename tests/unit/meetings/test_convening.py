"""Preparing and sending a convening: notice, agenda, members."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.events.bodies import BodyKind
from schemas.events.meetings import AgendaPoint, AgendaPrepared, MeetingConvened
from services.chassis.calendar import is_working_day
from services.chassis.french import local
from services.meetings.domain.convening import convene, ensure_convenable, prepare
from services.meetings.domain.meeting import MeetingState
from services.meetings.domain.notice import ensure_notice, first_lawful_start, latest_convening, notice_given
from services.meetings.domain.refusals import (
    AgendaMissing,
    BodyWithoutMembers,
    MandatoryAgendaItemMissing,
    MeetingAlreadyConvened,
    MeetingInThePast,
    NoticeTooShort,
)
from tests.unit.meetings.council import DELINQUENCY, NOW, RULES, START, body, convened, letter, planned


def test_convening_tells_every_institution_that_sits() -> None:
    decision = convene(planned(), body(), letter(), rules=RULES, now=NOW)
    fact = decision.events[0]
    assert isinstance(fact, MeetingConvened)
    assert [member.institution_id for member in fact.members] == [m.institution.id for m in body().members]
    assert (fact.notice_days, fact.notice_days_required) == (17, 15)
    assert decision.state.state is MeetingState.CONVENED


def test_the_letter_settles_date_place_and_subject() -> None:
    changed = letter(starts_at=START + timedelta(days=1), place="Marck", subject="Bilan")
    state = convene(planned(), body(), changed, rules=RULES, now=NOW).state
    assert (state.starts_at, state.place, state.subject) == (START + timedelta(days=1), "Marck", "Bilan")


def test_the_last_lawful_day_of_convening_is_lawful() -> None:
    last = datetime(2017, 1, 5, 22, 0, tzinfo=UTC)
    assert latest_convening(START, days=15) == local(last).date()
    assert convene(planned(), body(), letter(), rules=RULES, now=last).events


def test_too_short_a_notice_proposes_the_first_lawful_date_at_the_same_hour() -> None:
    with pytest.raises(NoticeTooShort) as refused:
        convene(planned(), body(), letter(), rules=RULES, now=datetime(2017, 1, 6, 8, 0, tzinfo=UTC))
    # 21 January 2017 is a Saturday: the proposal goes on to the Monday.
    assert refused.value.proposal == datetime(2017, 1, 23, 13, 0, tzinfo=UTC)
    assert refused.value.field == "starts_at"
    assert "La date laisse 14\u00a0jours aux membres" in refused.value.detail


@given(st.integers(0, 7_000_000), st.integers(0, 60), st.integers(0, 60))
def test_a_proposed_date_is_always_lawful_at_the_same_hour_and_worked(minutes: int, ahead: int, days: int) -> None:
    now = NOW + timedelta(minutes=minutes)
    starts_at = now + timedelta(days=ahead, hours=1)
    proposal = first_lawful_start(starts_at, days=days, now=now)
    ensure_notice(proposal, kind=BodyKind.GROUP, days=days, now=now)
    assert local(proposal).time() == local(starts_at).time()
    assert is_working_day(local(proposal).date())


def test_days_of_notice_are_days_of_the_calendar_in_paris() -> None:
    late_evening = datetime(2017, 1, 3, 23, 30, tzinfo=UTC)
    assert notice_given(START, now=late_evening) == 16


def test_a_letter_has_an_agenda() -> None:
    with pytest.raises(AgendaMissing):
        convene(planned(), body(), letter(agenda=()), rules=RULES, now=NOW)


def test_a_plenary_hears_about_delinquency() -> None:
    other = AgendaPoint(title="Divers", minutes=5)
    with pytest.raises(MandatoryAgendaItemMissing) as refused:
        convene(planned(), body(), letter(agenda=(other,)), rules=RULES, now=NOW)
    assert "Évolution de la délinquance" in refused.value.detail
    assert convene(planned(), body(), letter(agenda=(other, DELINQUENCY)), rules=RULES, now=NOW).events


def test_a_body_without_members_is_not_convened() -> None:
    empty = body(members=())
    with pytest.raises(BodyWithoutMembers):
        ensure_convenable(planned(empty), empty)


def test_a_meeting_is_convened_once() -> None:
    with pytest.raises(MeetingAlreadyConvened):
        convene(convened(), body(), letter(), rules=RULES, now=NOW)


def test_a_letter_does_not_convene_in_the_past() -> None:
    with pytest.raises(MeetingInThePast):
        convene(planned(), body(), letter(), rules=RULES, now=START)


def test_preparing_keeps_the_letter_and_tells_nobody() -> None:
    decision = prepare(planned(), body(), letter(place="Marck"), rules=RULES, now=NOW)
    assert isinstance(decision.events[0], AgendaPrepared)
    assert (decision.state.state, decision.state.invitations) == (MeetingState.PLANNED, ())
    assert (decision.state.place, decision.state.prepared_at) == ("Marck", NOW)
