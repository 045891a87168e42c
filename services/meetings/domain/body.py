"""A body of the council and who sits in it. Source: CSI L132-4, L132-13, D132-12.

The composition is what the order (arrêté) says: statute and decree are not aligned, so no seat is imposed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from schemas.events.bodies import (
    Authority,
    BodyConstituted,
    BodyDissolved,
    BodyKind,
    MemberDesignated,
    MemberMandateEnded,
    Seat,
    Theme,
)
from services.chassis.decisions import Aggregate, Decision
from services.chassis.french import short_date
from services.meetings.domain.institution import Institution
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


@dataclass(frozen=True, kw_only=True)
class Member:
    """An institution's seat in a body."""

    institution: Institution
    seat: Seat
    designated_by: Authority
    agreed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Constituted(Aggregate):
    """What the order says of a body, whoever sits in it.

    `effective_on` is the first day it may meet, `dissolved_on` the first day it no longer may.
    """

    name: str
    kind: BodyKind
    theme: Theme | None = None
    order_number: str
    order_date: date
    effective_on: date
    dissolved_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Body(Constituted):
    """A body with who sits in it."""

    members: tuple[Member, ...] = ()

    def seats(self, institution_id: UUID) -> bool:
        return any(member.institution.id == institution_id for member in self.members)


def facts_of(body: Constituted) -> dict[str, Any]:
    """The fields that every fact about a body, or about its meetings, repeats."""
    return {"body_id": body.id, "body_name": body.name, "body_kind": body.kind, "theme": body.theme}


def constitute(
    body_id: UUID,
    *,
    name: str,
    kind: BodyKind,
    theme: Theme | None,
    order_number: str,
    order_date: date,
    effective_on: date,
) -> Decision[Body]:
    """Creates a body from its order.

    Raises ThemeMissing, ThemeNotExpected or EffectBeforeOrder.
    """
    if kind is BodyKind.GROUP and theme is None:
        raise ThemeMissing
    if kind is not BodyKind.GROUP and theme is not None:
        raise ThemeNotExpected
    if effective_on < order_date:
        raise EffectBeforeOrder(day=short_date(order_date))
    body = Body(
        id=body_id,
        name=name,
        kind=kind,
        theme=theme,
        order_number=order_number,
        order_date=order_date,
        effective_on=effective_on,
    )
    return body.after(
        BodyConstituted(**facts_of(body), order_number=order_number, order_date=order_date, effective_on=effective_on)
    )


def ensure_active(body: Constituted, *, on: date) -> None:
    """Raises BodyNotActive when the body may not meet on that day."""
    if on < body.effective_on:
        why = f"son arrêté prend effet le {short_date(body.effective_on)}"
    elif body.dissolved_on is not None and on >= body.dissolved_on:
        why = f"cette instance est dissoute depuis le {short_date(body.dissolved_on)}"
    else:
        return
    raise BodyNotActive(body=body.name, day=short_date(on), why=why)


def designate(
    body: Body, institution: Institution, *, seat: Seat, designated_by: Authority, agreed_on: date | None
) -> Decision[Body]:
    """Gives an institution a seat.

    An organisation named by the president sits with its own agreement (CSI L132-13 II d).
    Raises BodyIsDissolved, AlreadyMember or AgreementMissing.
    """
    _ensure_not_dissolved(body)
    if body.seats(institution.id):
        raise AlreadyMember(institution=institution.name)
    if seat is Seat.DESIGNATED and agreed_on is None:
        raise AgreementMissing
    member = Member(institution=institution, seat=seat, designated_by=designated_by, agreed_on=agreed_on)
    members = (*body.members, member)
    fact = MemberDesignated(
        **facts_of(body),
        institution_id=institution.id,
        institution_name=institution.name,
        institution_kind=institution.kind,
        seat=seat,
        designated_by=designated_by,
        agreed_on=agreed_on,
        members=len(members),
    )
    return body.after(fact, members=members)


def end_mandate(body: Body, institution_id: UUID, *, on: date) -> Decision[Body]:
    """Ends an institution's seat. Raises BodyIsDissolved or NotAMember."""
    _ensure_not_dissolved(body)
    leaving = next((member for member in body.members if member.institution.id == institution_id), None)
    if leaving is None:
        raise NotAMember
    members = tuple(member for member in body.members if member is not leaving)
    fact = MemberMandateEnded(
        **facts_of(body),
        institution_id=institution_id,
        institution_name=leaving.institution.name,
        ended_on=on,
        members=len(members),
    )
    return body.after(fact, members=members)


def dissolve(body: Body, *, on: date) -> Decision[Body]:
    """Ends a body. Raises BodyIsDissolved."""
    _ensure_not_dissolved(body)
    return body.after(BodyDissolved(**facts_of(body), dissolved_on=on), dissolved_on=on)


def _ensure_not_dissolved(body: Body) -> None:
    if body.dissolved_on is not None:
        raise BodyIsDissolved(day=short_date(body.dissolved_on))
