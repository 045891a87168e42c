"""From a Kafka record to an event of the contract, or to the reason why it is none. Never raises, never quotes."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg
import orjson
from aiokafka import ConsumerRecord
from pydantic import ValidationError

from schemas.catalogue import event_class
from schemas.envelope import Envelope, Event, NotACloudEvent
from services.chassis.errors import Refusal

Key: TypeAlias = tuple[str, bytes]


@dataclass(frozen=True)
class Fault:
    """Why a record could not be applied: a name, a detail without any value of the record, the places of the code."""

    reason: str
    detail: str
    stack: str | None = None


@dataclass(frozen=True)
class Incoming:
    """A record as far as it could be read. `skip` says why it concerns nobody; `fault` why it cannot be read."""

    record: ConsumerRecord
    envelope: Envelope | None = None
    event: Event | None = None
    skip: str | None = None
    fault: Fault | None = None

    @property
    def key(self) -> Key | None:
        """Within what order is kept; None for a record without a key, which has no followers."""
        return None if self.record.key is None else (self.record.topic, self.record.key)


def decode(record: ConsumerRecord, wanted: frozenset[type[Event]]) -> Incoming:
    """Reads `record` as one of the `wanted` event types."""
    if record.value is None:
        return Incoming(record, skip="tombstone")
    try:
        envelope = Envelope.from_headers(record.headers)
    except NotACloudEvent as error:
        return Incoming(record, fault=Fault("NotAnEnvelope", error.reason))
    kind = event_class(envelope.type)
    if kind is None:
        return Incoming(record, envelope, skip="unknown_type")
    if kind not in wanted:
        return Incoming(record, envelope, skip="not_subscribed")
    if record.key != envelope.partitionkey.encode():
        return Incoming(record, envelope, fault=Fault("WrongKey", "the record's key differs from ce_partitionkey"))
    return _read(record, envelope, kind)


def _read(record: ConsumerRecord, envelope: Envelope, kind: type[Event]) -> Incoming:
    try:
        content = orjson.loads(record.value)
    except orjson.JSONDecodeError as error:
        return Incoming(record, envelope, fault=Fault("NotJson", f"no JSON from byte {error.pos} on"))
    try:
        return Incoming(record, envelope, kind.model_validate(content, by_name=True))
    except ValidationError as error:
        return Incoming(record, envelope, fault=Fault("ModelRejected", _fields(error)))
    except Exception as error:
        return Incoming(record, envelope, fault=fault_of(error, "ModelRejected"))


def fault_of(error: BaseException, reason: str = "HandlerFailed") -> Fault:
    """What may be told of an exception: its type and places, a rule's name, a constraint; never its message."""
    told = [type(error).__name__]
    if isinstance(error, Refusal):
        reason = "Refused"
    if isinstance(error, asyncpg.PostgresError):
        known = ((name, getattr(error, name, None)) for name in ("sqlstate", "constraint_name", "table_name"))
        told += [f"{name}={value}" for name, value in known if value]
    if isinstance(error, ValidationError):
        told.append(_fields(error))
    frames = traceback.extract_tb(error.__traceback__)
    stack = "\n".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
    return Fault(reason, " ".join(told), stack or None)


def _fields(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, found['loc'])) or 'value'}: {found['type']}"
        for found in error.errors(include_input=False, include_context=False, include_url=False)[:10]
    )


def decode_all(records: Sequence[ConsumerRecord], wanted: frozenset[type[Event]]) -> list[Incoming]:
    return [decode(record, wanted) for record in records]
