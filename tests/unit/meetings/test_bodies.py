"""Bodies and their members."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from schemas.events.bodies import Authority, BodyConstituted, BodyKind, MemberDesignated, Seat, Theme
from services.meetings.domain.body import Body, constitute, designate, dissolve, end_mandate, ensure_active
from services.meetings.domain.refusals import (
    AgreementMissing,
    AlreadyMember,
    BodyIsDissolved,
    BodyNotActive,
    EffectBeforeOrder,
    NotAMember,
    ThemeMissing,
    ThemeNotExpected,
)
from tests.unit.meetings.council import DEPARTMENT, LANDLORD, PREFECTURE, body, known


def order(**changes: Any) -> Any:
    values: dict[str, Any] = {
        "name": "Groupe",
        "kind": BodyKind.GROUP,
        "theme": Theme.YOUTH,
        "order_number": "2017-004",
        "order_date": date(2017, 1, 2),
        "effective_on": date(2017, 1, 9),
    }
    return constitute(known("group"), **(values | changes))


def test_an_order_constitutes_a_body() -> None:
    decision = order()
    assert isinstance(decision.events[0], BodyConstituted)
    assert (decision.state.version, decision.state.theme) == (1, Theme.YOUTH)


def test_a_group_has_a_theme() -> None:
    with pytest.raises(ThemeMissing):
        order(theme=None)


def test_only_a_group_has_a_theme() -> None:
    with pytest.raises(ThemeNotExpected):
        order(kind=BodyKind.PLENARY)


def test_an_order_takes_effect_on_its_date_at_the_earliest() -> None:
    assert order(effective_on=date(2017, 1, 2)).state.effective_on == date(2017, 1, 2)
    with pytest.raises(EffectBeforeOrder):
        order(effective_on=date(2017, 1, 1))


def seat(of: Body, **changes: Any) -> Any:
    values: dict[str, Any] = {"seat": Seat.DESIGNATED, "designated_by": Authority.PRESIDENT, "agreed_on": None}
    return designate(of, DEPARTMENT, **(values | changes))


def test_a_designated_institution_sits_with_its_agreement() -> None:
    decision = seat(body(), agreed_on=date(2016, 12, 20))
    fact = decision.events[0]
    assert isinstance(fact, MemberDesignated)
    assert fact.members == 4
    with pytest.raises(AgreementMissing):
        seat(body())


def test_a_member_by_right_needs_no_agreement() -> None:
    assert seat(body(), seat=Seat.BY_RIGHT, designated_by=Authority.LAW).state.seats(DEPARTMENT.id)


def test_an_institution_sits_once() -> None:
    with pytest.raises(AlreadyMember):
        designate(body(), PREFECTURE, seat=Seat.BY_RIGHT, designated_by=Authority.LAW, agreed_on=None)


def test_a_mandate_that_ends_frees_the_seat() -> None:
    after = end_mandate(body(), LANDLORD.id, on=date(2017, 3, 1)).state
    assert not after.seats(LANDLORD.id)
    with pytest.raises(NotAMember):
        end_mandate(after, LANDLORD.id, on=date(2017, 3, 2))


def test_a_body_meets_from_its_effect_date_until_its_dissolution() -> None:
    active = dissolve(body(effective_on=date(2017, 1, 10)), on=date(2017, 6, 1)).state
    ensure_active(active, on=date(2017, 1, 10))
    ensure_active(active, on=date(2017, 5, 31))
    for day in (date(2017, 1, 9), date(2017, 6, 1)):
        with pytest.raises(BodyNotActive):
            ensure_active(active, on=day)


def test_a_dissolved_body_changes_no_more() -> None:
    gone = dissolve(body(), on=date(2017, 6, 1)).state
    with pytest.raises(BodyIsDissolved):
        dissolve(gone, on=date(2017, 6, 2))
    with pytest.raises(BodyIsDissolved):
        seat(gone, agreed_on=date(2017, 6, 1))
