"""Institutions, the council's bodies, and how many institutions sit in each."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.envelope import Envelope
from schemas.events.bodies import (
    BodyConstituted,
    BodyDissolved,
    InstitutionRegistered,
    MemberDesignated,
    MemberMandateEnded,
)
from services.chassis.projections import Change, Projection, Table

INSTITUTION = Table("institution", key=("institution_id",))
BODY = Table("body", key=("body_id",))

bodies = Projection("bodies", INSTITUTION, BODY)


@bodies.on(InstitutionRegistered)
def on_institution_registered(event: InstitutionRegistered, cause: Envelope) -> Iterator[Change]:
    yield INSTITUTION.put(institution_id=event.institution_id, name=event.name, kind=event.kind, told_at=cause.time)


@bodies.on(BodyConstituted)
def on_body_constituted(event: BodyConstituted, cause: Envelope) -> Iterator[Change]:
    yield BODY.put(
        body_id=event.body_id,
        name=event.body_name,
        kind=event.body_kind,
        theme=event.theme,
        effective_on=event.effective_on,
        told_at=cause.time,
    )


@bodies.on(MemberDesignated)
def on_member_designated(event: MemberDesignated, cause: Envelope) -> Iterator[Change]:
    yield BODY.change(body_id=event.body_id, members=event.members, told_at=cause.time)


@bodies.on(MemberMandateEnded)
def on_member_mandate_ended(event: MemberMandateEnded, cause: Envelope) -> Iterator[Change]:
    yield BODY.change(body_id=event.body_id, members=event.members, told_at=cause.time)


@bodies.on(BodyDissolved)
def on_body_dissolved(event: BodyDissolved, cause: Envelope) -> Iterator[Change]:
    yield BODY.change(body_id=event.body_id, dissolved_on=event.dissolved_on, told_at=cause.time)
