"""From a Kafka record to an event of the contract, or to the reason why it is none. Never raises, never quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import orjson
from aiokafka import ConsumerRecord
from pydantic import ValidationError

from schemas.catalogue import event_class
from schemas.envelope import Envelope, Event, NotACloudEvent
from services.chassis.faults_told import Fault, fault_of, fields_of

Key: TypeAlias = tuple[str, bytes]


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
        return Incoming(record, envelope, fault=Fault("ModelRejected", fields_of(error)))
    except Exception as error:
        return Incoming(record, envelope, fault=fault_of(error, "ModelRejected"))


def decode_all(records: Sequence[ConsumerRecord], wanted: frozenset[type[Event]]) -> list[Incoming]:
    return [decode(record, wanted) for record in records]
