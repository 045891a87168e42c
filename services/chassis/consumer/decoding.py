"""From a Kafka record to an event of the contract, or to the reason why it is none. Never raises, never quotes."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import orjson
from aiokafka import ConsumerRecord
from pydantic import ValidationError

from schemas.catalogue import event_class
from schemas.envelope import Envelope, Event, NotACloudEvent
from services.chassis.faults_told import Fault, fault_of, fields_of

Key: TypeAlias = tuple[str, bytes]


Wanted: TypeAlias = Mapping[type[Event], Collection[str]]
"""The event types somebody asked for, each with the topics it may come from."""


# Not frozen, for the same reason as an envelope.
@dataclass(slots=True, eq=False)
class Incoming:
    """A record as far as it could be read. `skip` says why it concerns nobody; `fault` why it cannot be read.

    `key` is within what order is kept; None for a record without a key, which has no followers.
    """

    record: ConsumerRecord
    key: Key | None
    envelope: Envelope | None = None
    event: Event | None = None
    skip: str | None = None
    fault: Fault | None = None


def decode(record: ConsumerRecord, wanted: Wanted) -> Incoming:
    """Reads `record` as one of the `wanted` event types."""
    key = key_of(record)
    if record.value is None:
        return Incoming(record, key, skip="tombstone")
    try:
        envelope = Envelope.from_headers(record.headers)
    except NotACloudEvent as error:
        return Incoming(record, key, fault=Fault("NotAnEnvelope", error.reason))
    kind = event_class(envelope.type)
    if kind is None:
        return Incoming(record, key, envelope, skip="unknown_type")
    if kind not in wanted:
        return Incoming(record, key, envelope, skip="not_subscribed")
    if record.topic not in wanted[kind]:
        return Incoming(record, key, envelope, fault=WRONG_TOPIC)
    if record.key != envelope.partitionkey.encode() or envelope.subject != envelope.partitionkey:
        return Incoming(record, key, envelope, fault=WRONG_KEY)
    return _read(record, key, envelope, kind)


WRONG_TOPIC = Fault("WrongTopic", "this type of event travels on another topic")
WRONG_KEY = Fault("WrongKey", "the record's key, ce_partitionkey and ce_subject are not all the same")
WRONG_AGGREGATE = Fault("WrongKey", "the record's key is not the id of the aggregate in its value")


def _read(record: ConsumerRecord, key: Key | None, envelope: Envelope, kind: type[Event]) -> Incoming:
    try:
        content = orjson.loads(record.value)
        event = kind.model_validate(content, by_name=True)
    except orjson.JSONDecodeError as error:
        return Incoming(record, key, envelope, fault=Fault("NotJson", f"no JSON from byte {error.pos} on"))
    except ValidationError as error:
        return Incoming(record, key, envelope, fault=Fault("ModelRejected", fields_of(error)))
    except Exception as error:
        return Incoming(record, key, envelope, fault=fault_of(error, "ModelRejected"))
    # Mostly the text is the key as it stands; only another way to write an id needs the event's own.
    if content.get(kind.aggregate) != envelope.partitionkey and event.key != envelope.partitionkey:
        return Incoming(record, key, envelope, fault=WRONG_AGGREGATE)
    return Incoming(record, key, envelope, event)


def key_of(record: ConsumerRecord) -> Key | None:
    return None if record.key is None else (record.topic, record.key)


def decode_all(records: Sequence[ConsumerRecord], wanted: Wanted) -> list[Incoming]:
    return [decode(record, wanted) for record in records]


async def decode_by_turns(records: Sequence[ConsumerRecord], wanted: Wanted) -> list[Incoming]:
    """The same, a few at a time, so that an answer of the database never waits long for its turn."""
    decoded: list[Incoming] = []
    for start in range(0, len(records), TURN):
        decoded += decode_all(records[start : start + TURN], wanted)
        await asyncio.sleep(0)
    return decoded


TURN = 25
