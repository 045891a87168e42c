"""Everything that can be read back once the load has stopped: journals, topics, tables."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from schemas.envelope import Envelope
from tests.resilience.facts import TOPICS
from tests.resilience.journal import Story
from tests.resilience.system import System
from tests.support.messaging import read_topic


@dataclass(frozen=True)
class OnWire:
    """A record of a topic, as far as the checker looks; in the order it was read, partition by partition."""

    topic: str
    partition: int
    key: str
    sequence: int
    event_id: str
    value: dict[str, Any]


@dataclass(frozen=True)
class Application:
    """One time that one event was applied; `told` is what tells the event apart (see projections)."""

    topic: str
    key: str
    sequence: int
    told: str


@dataclass(frozen=True)
class Holding:
    """What the projection knows of one key."""

    count: int
    total: int
    digest: bytes


@dataclass
class Evidence:
    """`applied` in the order of the database's log; `parked` as (topic, key, sequence) that wait now."""

    story: Story
    wire: list[OnWire] = field(default_factory=list)
    applied: list[Application] = field(default_factory=list)
    holdings: dict[tuple[str, str], Holding] = field(default_factory=dict)
    parked: set[tuple[str, str, int]] = field(default_factory=set)
    mended: set[str] = field(default_factory=set)
    reminded: list[str] = field(default_factory=list)


async def gather(system: System) -> Evidence:
    """Reads everything back. Call it when the load has stopped and the system has settled."""
    evidence = Evidence(system.story)
    for topic in TOPICS:
        evidence.wire += [_on_wire(record) for record in await read_topic(system.kafka.bootstrap, topic.name)]
    applied = await system.fetch("select topic, key::text, sequence, event_id from applied order by id")
    evidence.applied = [Application(*row) for row in applied]
    for topic, key, *held in await system.fetch("select topic, key::text, count, total, digest from holding"):
        evidence.holdings[topic, key] = Holding(*held)
    waiting = "select topic, encode(key, 'escape'), sequence from parked_record where state = 'parked'"
    evidence.parked = {tuple(row) for row in await system.fetch(waiting)}
    evidence.mended = {str(row[0]) for row in await system.fetch("select command_id from mended")}
    evidence.reminded = [str(row[0]) for row in await system.fetch("select reminder_id from reminded order by id")]
    return evidence


def _on_wire(record: Any) -> OnWire:
    envelope = Envelope.from_headers(record.headers)
    key = record.key.decode()
    return OnWire(record.topic, record.partition, key, envelope.sequence, envelope.id, orjson.loads(record.value))
