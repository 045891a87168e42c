"""The events of the benchmarks: a real fact of the contract, about 210 bytes of JSON, with our envelope as headers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import orjson

from schemas.envelope import Envelope, Event, Headers
from schemas.events.meetings import MeetingOpened
from services.chassis.outbox import key_hash
from tests.support.messaging import fact

KIND = MeetingOpened
NAMES = UUID("6a3f0f6e-0000-4000-8000-000000000000")


@dataclass(frozen=True)
class Sample:
    """One event, ready for any outbox or topic."""

    id: str
    key: str
    sequence: int
    value: bytes
    headers: Headers
    hash: int

    @property
    def text_headers(self) -> dict[str, str]:
        return {name: content.decode() for name, content in self.headers}


def samples(
    count: int, *, keys: int | None = None, first: int = 0, sampled: bool = False, kind: type[Event] = KIND
) -> Iterator[Sample]:
    """`count` events over `keys` aggregates (default one to five events), versions rising; ids from `first` on.

    `sampled` gives each a traceparent of its own whose trace is recorded.
    """
    keys = keys or max(count // 5, 1)
    template = fact(kind)
    now = datetime.now(UTC)
    body = orjson.dumps(template.model_dump(mode="json"))
    own = template.key.encode()
    for number in range(first, first + count):
        key = str(UUID(int=NAMES.int + number % keys))
        sequence = number // keys + 1
        headers = _headers(kind, number, key, sequence, now, sampled)
        yield Sample(headers.id, key, sequence, body.replace(own, key.encode()), headers.to_headers(), key_hash(key))


def _headers(kind: type[Event], number: int, key: str, sequence: int, now: datetime, sampled: bool) -> Envelope:
    return Envelope(
        id=str(UUID(int=(1 << 120) + number)),
        source="/cispd/meetings",
        type=kind.ce_type(),
        time=now,
        subject=key,
        dataschema=kind.dataschema(),
        sequence=sequence,
        partitionkey=key,
        correlationid=str(UUID(int=(2 << 120) + number)),
        traceparent=f"00-{number + 1:032x}-{number + 1:016x}-01" if sampled else None,
    )
