"""Rows of records that were put aside."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from aiokafka import ConsumerRecord

from services.chassis.consumer.decoding import Incoming
from services.chassis.database import Connection
from services.chassis.faults_told import Fault

BEHIND = Fault("BehindParked", "an earlier record of the same key is put aside")
UNTRIED = Fault("Untried", "what it waited for is settled")

# What repeats a record of its key that was applied, or that waits already, does not wait as well. The first of a key
# always does; and what cannot be read, or differs in any byte, is for a person to look at.
PARK = """
insert into parked_record (consumer, topic, partition, "offset", key, event_id, event_type, sequence, reason, detail,
    stack, value, headers, recorded_at, parked_at, attempted_at, attempts)
select $1, topic, partition, "offset", key, event_id, event_type, sequence, reason, detail,
    stack, value, headers::jsonb, recorded_at, $15, $15,
    case reason when 'BehindParked' then 0 else 1 end
from unnest($2::text[], $3::integer[], $4::bigint[], $5::bytea[], $6::text[], $7::text[], $8::bigint[], $9::text[],
    $10::text[], $11::text[], $12::bytea[], $13::text[], $14::timestamptz[], $16::boolean[]) as parked (topic,
    partition, "offset", key, event_id, event_type, sequence, reason, detail, stack, value, headers, recorded_at,
    readable)
where reason <> 'BehindParked' or not (
    readable and exists (select from consumer_seen as seen where seen.consumer = $1 and seen.topic = parked.topic
        and seen.key = parked.key and seen.sequence >= parked.sequence offset 0)
    or exists (select from parked_record as before where before.event_id = parked.event_id and before.state = 'parked'
        and before.consumer = $1 and before.topic = parked.topic and before.key = parked.key
        and before.value = parked.value and before.headers = parked.headers::jsonb offset 0))
on conflict (consumer, topic, partition, "offset") do nothing
returning topic, partition, "offset"
"""


@dataclass(frozen=True)
class Parking:
    """A record that goes aside, and why."""

    incoming: Incoming
    fault: Fault


async def park(tx: Connection, consumer: str, parked: Sequence[Parking], now: datetime) -> list[Parking]:
    """Puts records aside, in the order given. Returns those that are; the others repeat what is dealt with already."""
    new = _without_doubles(parked)
    columns = zip(*(_row(each) for each in new), strict=True)
    *given, readable = (list(column) for column in columns)
    aside = {tuple(row) for row in await tx.fetch(PARK, consumer, *given, now, readable)}
    return [each for each in new if _place(each.incoming.record) in aside]


def _without_doubles(parked: Sequence[Parking]) -> list[Parking]:
    """Of records that are the same in every byte the first; what has no identity, or no followers, has no doubles."""
    new: dict[object, Parking] = {}
    for each in parked:
        record, envelope, key = each.incoming.record, each.incoming.envelope, each.incoming.key
        same = (key, envelope.id, record.value, tuple(record.headers)) if key and envelope else _place(record)
        new.setdefault(same, each)
    return list(new.values())


def _place(record: ConsumerRecord) -> tuple[str, int, int]:
    return record.topic, record.partition, record.offset


def _row(parked: Parking) -> tuple[object, ...]:
    record, envelope, fault = parked.incoming.record, parked.incoming.envelope, parked.fault
    return (
        record.topic,
        record.partition,
        record.offset,
        record.key,
        envelope.id if envelope else None,
        envelope.type if envelope else None,
        envelope.sequence if envelope else None,
        fault.reason,
        fault.detail,
        fault.stack,
        record.value,
        # as text: the driver would take a list of lists for an array of two dimensions
        orjson.dumps(headers_as_json(record.headers)).decode(),
        datetime.fromtimestamp(max(record.timestamp, 0) / 1000, UTC),
        parked.incoming.event is not None,
    )


def headers_as_json(headers: Sequence[tuple[str, bytes | None]]) -> list[list[str | None]]:
    """Headers as they came, values in base64 because any bytes may be in them."""
    return [[name, None if value is None else base64.b64encode(value).decode()] for name, value in headers]


def headers_from_json(stored: Sequence[Sequence[str | None]]) -> tuple[tuple[str, bytes | None], ...]:
    """The inverse of headers_as_json."""
    return tuple((str(name), None if value is None else base64.b64decode(value)) for name, value in stored)


def record_of(row: Mapping[str, Any]) -> ConsumerRecord:
    """The Kafka record a row was made of."""
    return ConsumerRecord(
        topic=row["topic"],
        partition=row["partition"],
        offset=row["offset"],
        timestamp=int(row["recorded_at"].timestamp() * 1000),
        timestamp_type=0,
        key=row["key"],
        value=row["value"],
        checksum=None,
        serialized_key_size=len(row["key"] or b""),
        serialized_value_size=len(row["value"] or b""),
        headers=headers_from_json(row["headers"]),
    )
