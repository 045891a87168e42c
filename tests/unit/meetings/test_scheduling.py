"""Planning, moving and cancelling meetings."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from schemas.events.bodies import BodyKind
from schemas.events.meetings import ChangeReason, MeetingCancelled, MeetingRescheduled, MeetingScheduled
from services.chassis.decisions import Decision
from services.meetings.domain.meeting import Meeting, MeetingState
from services.meetings.domain.refusals import (
    BodyNotActive,
    MeetingInSession,
    MeetingInThePast,
    MeetingIsCancelled,
    MeetingOver,
    MeetingTooFarAhead,
    NothingToMove,
    NoticeTooShort,
)
from services.meetings.domain.scheduling import cancel, reschedule, schedule
from services.meetings.domain.session import hold
from tests.unit.meetings.council import DUTY, NOW, START, attended, body, convened, in_session, known, planned


def test_a_meeting_is_planned_for_an_active_body() -> None:
    decision = schedule(
        known("meeting"),
        body(),
        subject="Installation",
        starts_at=START,
        duration_minutes=90,
        place="Calais",
        horizon_months=36,
        now=NOW,
    )
    fact = decision.events[0]
    assert isinstance(fact, MeetingScheduled)
    assert fact.ends_at - fact.starts_at == timedelta(minutes=90)
    assert (fact.calendar_sequence, decision.state.state) == (0, MeetingState.PLANNED)


@pytest.mark.parametrize("starts_at", [NOW, NOW - timedelta(days=1)])
def test_a_meeting_in_the_past_is_refused(starts_at: datetime) -> None:
    with pytest.raises(MeetingInThePast):
        planned(starts_at=starts_at)


def test_a_meeting_beyond_the_horizon_is_refused() -> None:
    with pytest.raises(MeetingTooFarAhead):
        planned(starts_at=datetime(9999, 12, 31, 23, 59, tzinfo=UTC))


def test_a_body_meets_only_while_it_is_active() -> None:
    with pytest.raises(BodyNotActive) as refused:
        planned(body(effective_on=date(2017, 2, 1)))
    assert "prend effet le 1er\u00a0février 2017" in refused.value.detail


def move(meeting: Meeting, starts_at: datetime = START + timedelta(days=7), **changes: Any) -> Decision[Meeting]:
    values: dict[str, Any] = {
        "starts_at": starts_at,
        "duration_minutes": meeting.duration_minutes,
        "place": meeting.place,
        "reason": ChangeReason.ROOM_UNAVAILABLE,
        "notice_days": 15,
        "horizon_months": 36,
        "now": NOW,
    }
    return reschedule(meeting, body(), **(values | changes))


def test_moving_a_convened_meeting_tells_its_members_and_revises_the_calendar_entry() -> None:
    decision = move(convened())
    fact = decision.events[0]
    assert isinstance(fact, MeetingRescheduled)
    assert (fact.convened, len(fact.members), fact.calendar_sequence) == (True, 3, 1)
    assert (fact.previous_starts_at, decision.state.postponed_from) == (START, START)
    assert decision.state.state is MeetingState.CONVENED


def test_moving_a_planned_meeting_tells_nobody() -> None:
    fact = move(planned(), START - timedelta(days=15)).events[0]
    assert isinstance(fact, MeetingRescheduled)
    assert (fact.convened, fact.members, fact.calendar_sequence) == (False, [], 0)


def test_a_convened_meeting_moves_with_the_same_notice() -> None:
    with pytest.raises(NoticeTooShort):
        move(convened(), START - timedelta(days=3))


def test_another_room_on_the_same_day_needs_no_new_notice() -> None:
    late = START - timedelta(days=1)
    assert move(convened(), START, place="Marck", now=late).state.place == "Marck"


def test_a_move_to_the_same_date_and_place_is_refused() -> None:
    with pytest.raises(NothingToMove):
        move(planned(), START)


def test_cancelling_a_convened_meeting_tells_its_members_once() -> None:
    decision = cancel(convened(), reason=ChangeReason.MEMBERS_UNAVAILABLE, now=NOW)
    fact = decision.events[0]
    assert isinstance(fact, MeetingCancelled)
    assert (fact.convened, len(fact.members), fact.calendar_sequence) == (True, 3, 1)
    with pytest.raises(MeetingIsCancelled):
        cancel(decision.state, reason=ChangeReason.MEMBERS_UNAVAILABLE, now=NOW)


def test_a_meeting_that_began_is_neither_moved_nor_cancelled() -> None:
    with pytest.raises(MeetingInSession):
        cancel(in_session(), reason=ChangeReason.ROOM_UNAVAILABLE, now=START)
    with pytest.raises(MeetingOver):
        move(hold(attended(), duty_kinds=DUTY, now=START).state)


def test_the_kind_of_body_travels_with_every_fact() -> None:
    fact = move(planned()).events[0]
    assert isinstance(fact, MeetingRescheduled)
    assert (fact.body_kind, fact.body_name) == (BodyKind.PLENARY, "Assemblée plénière")
