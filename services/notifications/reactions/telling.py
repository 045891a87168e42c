"""Turns one fact into deliveries: who is meant by the matrix, what each is told, and what that makes untrue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from schemas.events.deliveries import AboutKind, Channel, DeliverySubject
from services.chassis.act import Act
from services.chassis.decisions import Decision
from services.chassis.french import local
from services.chassis.reference import Reference
from services.chassis.telemetry import current_traceparent
from services.notifications import store
from services.notifications.domain.audience import Circle, audience
from services.notifications.domain.calendar_entry import CalendarEntry
from services.notifications.domain.delivery import Delivery, DeliveryState, delivery_id
from services.notifications.domain.letter import Letter
from services.notifications.domain.partner import Partner
from services.notifications.domain.subjects import REPLACES, URGENT
from services.notifications.wording.source import Source

Write = Callable[[Partner, Source], Letter]
MATRIX = Path(__file__).parent.parent / "reference" / "matrix.toml"


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What is to be told: the subject, the thing it is about, and how the letter to one partner is written.

    `of` is the kind of body that narrows the matrix' rule; `entry` goes with meetings.
    """

    subject: DeliverySubject
    about: AboutKind
    about_id: UUID
    write: Write
    circle: Circle = field(default_factory=Circle)
    of: str = ""
    entry: CalendarEntry | None = None


async def tell(act: Act, telling: Telling) -> list[Decision[Delivery]]:
    """One delivery per partner and channel, once per cause; those it replaces and that had not left are withdrawn."""
    matrix = Reference.load(MATRIX)
    partners = audience(
        matrix,
        telling.subject,
        telling.circle,
        await store.directory(act.tx),
        on=local(act.now).date(),
        of=telling.of,
    )
    decisions: list[Decision[Delivery]] = []
    for partner in partners:
        for channel in partner.channels():
            decisions += await _tell_one(act, telling, partner, channel)
    return decisions


async def _tell_one(act: Act, telling: Telling, partner: Partner, channel: Channel) -> Iterable[Decision[Delivery]]:
    decision = _delivery(act, telling, partner, channel).scheduled()
    replaced = await store.lock_unsent(
        act.tx, telling.about_id, partner.id, channel, REPLACES.get(telling.subject, frozenset())
    )
    if not await store.insert_delivery(act.tx, decision.state):
        return ()
    withdrawn = [delivery.withdrawn() for delivery in replaced]
    for gone in withdrawn:
        await store.save_delivery(act.tx, gone.state)
    return (*withdrawn, decision)


def _delivery(act: Act, telling: Telling, partner: Partner, channel: Channel) -> Delivery:
    assert act.cause is not None, "only facts are told"
    identity = delivery_id(act.cause.id, partner.id, channel)
    known = partner.reachable_by(channel)
    letter = telling.write(partner, Source(public_url=act.settings.public_url, delivery_id=identity))
    return Delivery(
        id=identity,
        cause_id=act.cause.id,
        institution_id=partner.id,
        channel=channel,
        subject=telling.subject,
        about=telling.about,
        about_id=telling.about_id,
        state=DeliveryState.PENDING if known else DeliveryState.NO_ADDRESS,
        due_at=act.now if known else None,
        created_at=act.now,
        urgent=telling.subject in URGENT,
        letter=letter.to_json(),
        entry=_json(telling.entry),
        correlation_id=act.correlation_id,
        # The span in which the fact is applied, so that the trace reads fact, reaction, mail.
        traceparent=current_traceparent() or act.cause.traceparent,
    )


def _json(entry: CalendarEntry | None) -> dict[str, Any] | None:
    return entry.to_json() if entry else None
