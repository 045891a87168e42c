"""The worker: takes what is due, hands it over outside any transaction, and records the outcome with its fact.

A process that dies between handing over and recording leaves the delivery taken until its lease ends; then it is handed
over again under the same identity (Message-ID, webhook-id), which is how the receiver recognises it.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from enum import Enum
from typing import Protocol
from uuid import UUID, uuid4

import structlog
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanKind

from schemas.events.deliveries import Channel
from services.chassis import outbox
from services.chassis.act import Act
from services.chassis.database_faults import is_transient
from services.chassis.decisions import Decision
from services.chassis.identity import Principal
from services.chassis.running import Running
from services.chassis.telemetry import context_of
from services.notifications import store
from services.notifications.counting import count_outcome
from services.notifications.domain.delivery import Delivery
from services.notifications.domain.partner import Partner
from services.notifications.outcomes import Accepted, Deferred, NoWayOut, Outcome, Refused

_log = structlog.get_logger()
tracer = trace.get_tracer("services.notifications")
IDLE_SECONDS = 1.0
CLOSED_SECONDS = (1.0, 15.0)
RECORD_TRIES, RECORD_PAUSE_SECONDS = 5, 1.0


class Carrier(Protocol):
    """A way out: `span` names its act; `carry` hands one delivery over and never raises for what the receiver does."""

    channel: Channel
    span: str
    needs: str

    def destination(self, partner: Partner) -> str: ...

    async def carry(self, delivery: Delivery, partner: Partner, at: datetime) -> Outcome: ...

    async def rest(self) -> None: ...


class Turn(Enum):
    IDLE = "nothing was due"
    DONE = "one delivery was dealt with"
    CLOSED = "the way out is closed"


async def deliver(running: Running, carrier: Carrier) -> None:
    """Delivers by one channel until the process stops."""
    name, pause = f"deliver-{carrier.channel}", CLOSED_SECONDS[0]
    try:
        while not running.stopping.is_set():
            running.progress(name)
            turn = await deliver_next(running, carrier)
            if turn is Turn.CLOSED:
                await running.pause(pause)
                pause = min(pause * 2, CLOSED_SECONDS[1])
                continue
            pause = CLOSED_SECONDS[0]
            if turn is Turn.IDLE:
                await carrier.rest()
                await running.pause(IDLE_SECONDS)
    finally:
        await carrier.rest()
        running.finished(name)


async def deliver_next(running: Running, carrier: Carrier) -> Turn:
    """Deals with the next delivery due, if any."""
    claim = uuid4()
    taken = await _take(running, carrier.channel, claim)
    if taken is None:
        return Turn.IDLE
    delivery, partner = taken
    if partner is None:
        return Turn.DONE
    with _span(carrier, delivery):
        outcome = await carrier.carry(delivery, partner, running.clock.now())
        running.report(
            carrier.needs,
            ok=not isinstance(outcome, NoWayOut),
            detail="does not answer; deliveries wait" if isinstance(outcome, NoWayOut) else "",
        )
        await _record_surely(running, delivery, claim, outcome, carrier.destination(partner))
    count_outcome(carrier.channel, outcome)
    return Turn.CLOSED if isinstance(outcome, NoWayOut) else Turn.DONE


async def _take(running: Running, channel: Channel, claim: UUID) -> tuple[Delivery, Partner | None] | None:
    async with running.database.transaction() as tx:
        due = await store.lock_due(tx, channel, running.clock.now())
        if due is None:
            return None
        partner = await store.partner_now(tx, due.institution_id)
        if not partner.reachable_by(channel):
            await store.save_delivery(tx, due.without_address())
            return due, None
        taken = due.claimed()
        await store.save_delivery(tx, taken, claim=claim)
        return taken, partner


async def _record_surely(running: Running, delivery: Delivery, claim: UUID, outcome: Outcome, sent_to: str) -> None:
    """Records as long as the lease may last: what is not recorded is handed over again."""
    for left in reversed(range(RECORD_TRIES)):
        try:
            return await _record(running, delivery, claim, outcome, sent_to)
        except Exception as fault:
            if left == 0 or not is_transient(fault):
                raise
            await running.pause(RECORD_PAUSE_SECONDS)


async def _record(running: Running, delivery: Delivery, claim: UUID, outcome: Outcome, sent_to: str) -> None:
    now = running.clock.now()
    async with running.database.transaction() as tx:
        held = await store.lock_claimed(tx, delivery.id, claim)
        if held is None:
            _log.warning("delivery.taken_over", delivery=str(delivery.id))
            return
        decision = _decide(held, outcome, now, sent_to)
        await store.save_delivery(tx, decision.state)
        await store.note_attempt(tx, delivery.id, now, type(outcome).__name__.lower(), outcome.answer)
        act = Act(
            tx=tx,
            now=now,
            by=Principal.system(running.service_name),
            settings=running.settings,
            correlation_id=delivery.correlation_id,
            causation_id=delivery.cause_id,
        )
        await outbox.append(tx, decision, act)
    outbox.wake(running.database)


def _decide(held: Delivery, outcome: Outcome, now: datetime, sent_to: str) -> Decision[Delivery]:
    match outcome:
        case Accepted(answer):
            return held.accepted(at=now, proof=answer, sent_to=sent_to)
        case Deferred(answer):
            return held.deferred(at=now, proof=answer)
        case Refused(reason, answer):
            return held.refused(reason=reason, proof=answer)
        case NoWayOut():
            return Decision(state=held.returned(due_at=now))


def _span(carrier: Carrier, delivery: Delivery) -> AbstractContextManager[trace.Span]:
    cause = context_of(delivery.traceparent)
    return tracer.start_as_current_span(
        carrier.span,
        context=trace.set_span_in_context(NonRecordingSpan(cause)) if cause else None,
        kind=SpanKind.CLIENT,
        attributes={"cispd.delivery.id": str(delivery.id), "cispd.delivery.channel": str(delivery.channel)},
    )
