"""Institutions, the council's bodies, and how many institutions sit in each."""

from __future__ import annotations

from schemas.events.bodies import (
    BodyConstituted,
    BodyDissolved,
    InstitutionRegistered,
    MemberDesignated,
    MemberMandateEnded,
)
from services.chassis.act import Act
from services.chassis.subscriptions import Subscriptions
from services.reporting import store
from services.reporting.projections.moment import told_at

bodies = Subscriptions()


@bodies.on(InstitutionRegistered)
async def on_institution_registered(event: InstitutionRegistered, act: Act) -> None:
    await store.save_institution(act.tx, event.institution_id, event.name, event.kind, told_at(act))


@bodies.on(BodyConstituted)
async def on_body_constituted(event: BodyConstituted, act: Act) -> None:
    await store.save_body(
        act.tx, event.body_id, event.body_name, event.body_kind, event.theme, event.effective_on, told_at(act)
    )


@bodies.on(MemberDesignated)
async def on_member_designated(event: MemberDesignated, act: Act) -> None:
    await store.save_membership(act.tx, event.body_id, event.members, told_at(act))


@bodies.on(MemberMandateEnded)
async def on_member_mandate_ended(event: MemberMandateEnded, act: Act) -> None:
    await store.save_membership(act.tx, event.body_id, event.members, told_at(act))


@bodies.on(BodyDissolved)
async def on_body_dissolved(event: BodyDissolved, act: Act) -> None:
    await store.end_body(act.tx, event.body_id, event.dissolved_on, told_at(act))
