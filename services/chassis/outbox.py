"""The outbox: facts are appended in the transaction that caused them, sealed for the wire, and published later."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from aiokafka.partitioner import murmur2
from opentelemetry import trace
from opentelemetry.trace import SpanKind
from uuid_utils.compat import uuid4, uuid7

from schemas.catalogue import Topic, topic_of
from schemas.envelope import Envelope, Event
from services.chassis.act import Act, Tx
from services.chassis.bell import wake
from services.chassis.clock import Clock
from services.chassis.decisions import Aggregate, Decision
from services.chassis.telemetry import current_traceparent

__all__ = ["INSERT", "EventNotSerialisable", "EventTooLarge", "append", "key_hash", "seal", "wake", "write"]

SLOTS = 8
COLUMNS = 6
Beside = tuple[str, tuple[Any, ...]]
_PARAMETER = re.compile(r"\$(\d+)")
tracer = trace.get_tracer("services.chassis.outbox")

INSERT = f"""
insert into outbox (slot, stamped_at, topic, key, key_hash, value, headers)
select mod(floor(extract(epoch from clock_timestamp()) / $1)::bigint, {SLOTS}), row.*
from unnest($2::timestamptz[], $3::text[], $4::text[], $5::integer[], $6::bytea[], $7::jsonb[]) as row
"""  # noqa: S608 - the only value put in is a number of ours


class EventTooLarge(Exception):
    """The sealed event is larger than the setting `event_bytes_max`; the command that caused it fails."""


class EventNotSerialisable(Exception):
    """The event holds a value that has no JSON form; the command that caused it fails."""


async def append(tx: Tx, decision: Decision[Aggregate], act: Act) -> list[Envelope]:
    """Appends the decision's events, oldest first, in the transaction `tx`; returns their envelopes.

    Call it after the aggregate's row was locked, as the last thing of the act: order per key rests on that.
    Raises EventTooLarge or EventNotSerialisable.
    """
    if not decision.events and not act.beside:
        return []
    sealed = seal(decision, act)
    await write(tx, sealed, act.beside)
    return sealed.envelopes


async def write(tx: Tx, sealed: Sealed, beside: list[Beside]) -> None:
    """One statement for the facts and all that is written `beside` them, which is taken from the list."""
    values, parts = list(sealed.values), []
    for number, (statement, given) in enumerate(beside):
        parts.append(f"beside_{number} as ({_renumbered(statement, len(values))})")
        values += given
    beside.clear()
    await tx.execute(f"with {', '.join(parts)} {INSERT}" if parts else INSERT, *values)


def _renumbered(statement: str, after: int) -> str:
    return _PARAMETER.sub(lambda found: f"${int(found[1]) + after}", statement)


@dataclass(frozen=True)
class Sealed:
    """Events ready for the wire: `values` are the parameters of INSERT."""

    envelopes: list[Envelope]
    values: list[Any]


def seal(decision: Decision[Aggregate], act: Act) -> Sealed:
    """The decision's events, oldest first. Raises EventTooLarge or EventNotSerialisable."""
    sealed = [
        _seal(event, decision.version_before + place, act) for place, event in enumerate(decision.events, start=1)
    ]
    columns = zip(*(row for _, row in sealed), strict=True) if sealed else [()] * COLUMNS
    return Sealed([envelope for envelope, _ in sealed], [slot_seconds(act.settings.outbox_keep_days), *columns])


def slot_seconds(keep_days: float) -> float:
    """How long one slot takes rows: six full slots hold what must be kept, one fills, one is being emptied."""
    return max(keep_days * 86_400 / (SLOTS - 2), 1.0)


def key_hash(key: str) -> int:
    """Kafka's own hash of a record key (murmur2 without the sign): modulo the partitions it is the partition."""
    return int(murmur2(key.encode())) & 0x7FFFFFFF


def _seal(event: Event, sequence: int, act: Act) -> tuple[Envelope, tuple[Any, ...]]:
    topic = topic_of(type(event))
    value = _json(event)
    envelope = (
        _anonymous(event, topic, sequence, act) if topic.data_class == "C" else _traced(event, topic, sequence, act)
    )
    headers = envelope.to_headers()
    size = len(value) + len(event.key) + sum(len(name) + len(content) for name, content in headers)
    if size > act.settings.event_bytes_max:
        raise EventTooLarge(f"{envelope.type}: {size} bytes, at most {act.settings.event_bytes_max}")
    stamped_at = start_of_month(Clock.wall()) if topic.data_class == "C" else Clock.wall()
    stored = {name: content.decode() for name, content in headers}
    return envelope, (stamped_at, topic.name, event.key, key_hash(event.key), value, stored)


def _json(event: Event) -> bytes:
    try:
        return orjson.dumps(event.model_dump(mode="json", warnings="error"))
    except (TypeError, ValueError) as error:
        # PydanticSerializationError is a ValueError; its text may quote the value, so only the type is told.
        raise EventNotSerialisable(f"{event.ce_type()}: {type(error).__name__}") from None


def _traced(event: Event, topic: Topic, sequence: int, act: Act) -> Envelope:
    identity = str(uuid7())
    attributes = {
        "messaging.system": "kafka",
        "messaging.operation.name": "create",
        "messaging.operation.type": "create",
        "messaging.destination.name": topic.name,
        "messaging.message.id": identity,
    }
    with tracer.start_as_current_span(f"create {topic.name}", kind=SpanKind.PRODUCER, attributes=attributes):
        return _envelope(
            event,
            topic,
            sequence,
            id=identity,
            time=act.now,
            correlationid=act.correlation_id,
            causationid=act.causation_id,
            traceparent=current_traceparent(),
        )


def _anonymous(event: Event, topic: Topic, sequence: int, act: Act) -> Envelope:
    """Class C: nothing in the envelope may join the fact to the act that caused it."""
    return _envelope(event, topic, sequence, id=str(uuid4()), time=start_of_month(act.now), correlationid=str(uuid4()))


def _envelope(event: Event, topic: Topic, sequence: int, **rest: Any) -> Envelope:
    return Envelope(
        source=f"/cispd/{topic.producer}",
        type=event.ce_type(),
        subject=event.key,
        dataschema=event.dataschema(),
        sequence=sequence,
        partitionkey=event.key,
        **rest,
    )


def start_of_month(moment: datetime) -> datetime:
    """The first instant, in UTC, of the month that `moment` lies in."""
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
