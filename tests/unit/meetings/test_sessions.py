"""Representatives, attendance, decisions, the end of a session and the annual duty."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from schemas.events.bodies import BodyKind, InstitutionKind
from schemas.events.meetings import (
    AnnualObligationFulfilled,
    AttendanceRecorded,
    DecisionKind,
    MeetingHeld,
    Presence,
    RepresentativeMandated,
)
from services.meetings.domain.annual_duty import lacking
from services.meetings.domain.meeting import Meeting, MeetingState
from services.meetings.domain.refusals import (
    AttendanceIncomplete,
    DecisionAlreadyRecorded,
    DueBeforeMeeting,
    DueDateNotExpected,
    InstitutionListedTwice,
    MeetingNotConvened,
    MeetingNotOpened,
    MeetingNotToday,
    MeetingOver,
    NotInvited,
    RepresentativeUnnamed,
    TaskWithoutDueDate,
)
from services.meetings.domain.session import (
    Attendance,
    hold,
    mandate,
    open_meeting,
    record_attendance,
    record_decision,
)
from tests.unit.meetings.council import (
    DEPARTMENT,
    DUTY,
    LANDLORD,
    PREFECTURE,
    PROSECUTION,
    START,
    attended,
    body,
    convened,
    in_session,
    known,
    mandated,
    planned,
)

REPRESENTED, EXCUSED = Presence.REPRESENTED, Presence.EXCUSED


def test_a_mandate_names_nobody_in_its_fact() -> None:
    decision = mandate(convened(), PROSECUTION.id, holder="Sophie Talleux", capacity="substitut", now=START)
    fact = decision.events[0]
    assert isinstance(fact, RepresentativeMandated)
    assert "Talleux" not in fact.model_dump_json()


def test_only_an_institution_that_was_convened_designates_somebody() -> None:
    with pytest.raises(NotInvited):
        mandated(convened(), DEPARTMENT)
    with pytest.raises(MeetingNotConvened):
        mandated(planned(), PROSECUTION)


def test_a_meeting_opens_on_its_day() -> None:
    assert open_meeting(convened(), now=START - timedelta(hours=1)).state.state is MeetingState.IN_SESSION
    with pytest.raises(MeetingNotToday):
        open_meeting(convened(), now=START - timedelta(days=1))


def row(who: Any, presence: Presence = Presence.PRESENT, represented_by: str | None = None) -> Attendance:
    return Attendance(institution_id=who.id, presence=presence, represented_by=represented_by)


def test_attendance_is_told_per_institution_and_names_nobody() -> None:
    rows = [row(PREFECTURE, REPRESENTED, "Étienne Marchal, sous-préfet"), row(LANDLORD)]
    fact = record_attendance(in_session(), rows, now=START).events[0]
    assert isinstance(fact, AttendanceRecorded)
    assert [found.presence for found in fact.attendance] == [REPRESENTED, Presence.PRESENT]
    assert "Marchal" not in fact.model_dump_json()


def test_a_represented_institution_says_by_whom() -> None:
    with pytest.raises(RepresentativeUnnamed) as refused:
        record_attendance(in_session(), [row(LANDLORD), row(PREFECTURE, REPRESENTED)], now=START)
    assert refused.value.field == "attendance.1.represented_by"


def test_a_mandate_says_by_whom() -> None:
    meeting = mandated(in_session(), PROSECUTION)
    state = record_attendance(meeting, [row(PROSECUTION, REPRESENTED)], now=START).state
    found = state.invitation(PROSECUTION.id)
    assert found is not None
    assert found.represented_by == "Sophie Talleux, substitut"


def test_a_sheet_lists_an_institution_once_and_only_those_convened() -> None:
    with pytest.raises(InstitutionListedTwice):
        record_attendance(in_session(), [row(LANDLORD), row(LANDLORD, EXCUSED)], now=START)
    with pytest.raises(NotInvited):
        record_attendance(in_session(), [row(DEPARTMENT)], now=START)


def test_attendance_waits_for_the_opening_and_ends_with_the_session() -> None:
    with pytest.raises(MeetingNotOpened):
        record_attendance(convened(), [row(LANDLORD)], now=START)
    with pytest.raises(MeetingOver):
        record_attendance(held(attended()), [row(LANDLORD)], now=START)


def decide(meeting: Meeting, **changes: Any) -> Meeting:
    values: dict[str, Any] = {
        "kind": DecisionKind.TASK,
        "text": "Proposer un plan",
        "owner": "Coordonnatrice",
        "due_on": date(2017, 3, 31),
        "now": START,
    }
    return record_decision(meeting, known("decision"), **(values | changes)).state


def test_a_task_has_a_due_date_after_the_meeting_and_nothing_else_has_one() -> None:
    assert decide(in_session()).decisions[0].due_on == date(2017, 3, 31)
    with pytest.raises(TaskWithoutDueDate):
        decide(in_session(), due_on=None)
    with pytest.raises(DueBeforeMeeting):
        decide(in_session(), due_on=date(2017, 1, 19))
    with pytest.raises(DueDateNotExpected):
        decide(in_session(), kind=DecisionKind.ORIENTATION)


def test_a_decision_is_recorded_once_also_after_the_end() -> None:
    after = decide(held(attended()))
    with pytest.raises(DecisionAlreadyRecorded):
        decide(after)


def held(meeting: Meeting) -> Meeting:
    return hold(meeting, duty_kinds=DUTY, now=START).state


def test_a_meeting_ends_when_every_attendance_is_known() -> None:
    partly = record_attendance(in_session(), [row(LANDLORD)], now=START).state
    with pytest.raises(AttendanceIncomplete) as refused:
        held(partly)
    assert "2\u00a0institutions" in refused.value.detail


def test_a_plenary_with_its_members_by_right_fulfils_the_annual_duty() -> None:
    decision = hold(attended(), duty_kinds=DUTY, now=START)
    assert [type(fact) for fact in decision.events] == [MeetingHeld, AnnualObligationFulfilled]
    assert (decision.state.state, decision.state.annual_duty_met) == (MeetingState.HELD, True)


@pytest.mark.parametrize("presence", [EXCUSED, Presence.ABSENT])
def test_a_plenary_without_a_member_by_right_is_held_without_effect(presence: Presence) -> None:
    decision = hold(attended(prefecture=presence), duty_kinds=DUTY, now=START)
    assert [type(fact) for fact in decision.events] == [MeetingHeld]
    assert decision.state.state is MeetingState.HELD_INVALID


def test_a_member_by_right_is_represented_only_by_somebody_specially_designated() -> None:
    rows = [row(PREFECTURE), row(PROSECUTION, REPRESENTED, "Un collègue, greffier"), row(LANDLORD)]
    without = record_attendance(in_session(), rows, now=START).state
    assert lacking(without, DUTY) == (InstitutionKind.PROSECUTION,)
    with_mandate = record_attendance(mandated(in_session(), PROSECUTION), rows, now=START).state
    assert lacking(with_mandate, DUTY) == ()


def test_a_group_has_no_annual_duty() -> None:
    group = body(BodyKind.GROUP)
    decision = hold(attended(in_session(group), prefecture=EXCUSED), duty_kinds=DUTY, now=START)
    assert (decision.state.state, decision.state.annual_duty_met) == (MeetingState.HELD, None)


def test_the_end_counts_institutions() -> None:
    fact = hold(attended(housing=EXCUSED), duty_kinds=DUTY, now=START).events[0]
    assert isinstance(fact, MeetingHeld)
    assert (fact.present, fact.represented, fact.excused, fact.absent) == (2, 0, 1, 0)
