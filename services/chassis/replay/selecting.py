"""Which records are replayed: a bounded part of a topic, and of each key in it also what came later.

Without what came later, an old fact would have the last word about its key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from aiokafka import ConsumerRecord, TopicPartition

from services.chassis.outbox import key_hash
from services.chassis.topic_reader import Places, TopicReader

RECORDS_MAX = 100_000


class CannotReplay(Exception):
    """What stands in the way, and what to do. Nothing was applied."""


@dataclass(frozen=True, kw_only=True)
class Range:
    """Offsets `first` to `last` of a partition, or stamps from `since` up to `until`, or one key from its beginning."""

    topic: str
    partition: int | None = None
    first: int | None = None
    last: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    key: str | None = None

    def check(self) -> None:
        """Raises CannotReplay unless it is exactly one of the three, with both ends."""
        offsets = (self.partition, self.first, self.last)
        span = (self.since, self.until)
        given = [self.key is not None, any(each is not None for each in offsets), any(span)]
        if sum(given) != 1 or (given[1] and None in offsets) or (given[2] and None in span):
            raise CannotReplay(
                "say which records: --partition with --from-offset and --to-offset, or --since with --until, or --key"
            )

    def takes(self, record: ConsumerRecord) -> bool:
        if self.key is not None:
            return bool(record.key == self.key.encode())
        if self.first is not None and self.last is not None:
            return bool(record.partition == self.partition and self.first <= record.offset <= self.last)
        assert self.since is not None
        assert self.until is not None
        return bool(self.since.timestamp() * 1000 <= record.timestamp < self.until.timestamp() * 1000)

    def __str__(self) -> str:
        if self.key is not None:
            return f"{self.topic} key {self.key}"
        if self.first is not None:
            return f"{self.topic} partition {self.partition} offsets {self.first} to {self.last}"
        return f"{self.topic} from {self.since} until {self.until}"


Group: TypeAlias = tuple[int, bytes]


@dataclass
class Selection:
    """By partition and key, in order: the records in range and those of the same keys after them."""

    groups: dict[Group, list[ConsumerRecord]] = field(default_factory=dict)
    in_range: int = 0
    without_key: int = 0

    def take(self, record: ConsumerRecord, wanted: Range) -> None:
        chosen = wanted.takes(record)
        self.in_range += chosen
        if record.key is None:
            self.without_key += chosen
            return
        group = (record.partition, record.key)
        if chosen or group in self.groups:
            self.groups.setdefault(group, []).append(record)

    @property
    def total(self) -> int:
        return sum(map(len, self.groups.values()))


async def select(reader: TopicReader, wanted: Range, positions: Places, *, whole_keys: bool) -> Selection:
    """Reads up to `positions`, what the consumer has dealt with: later records come by themselves.

    With `whole_keys` the topic must still hold its beginning. Raises CannotReplay.
    """
    bounds = await reader.bounds()
    if whole_keys and any(each.first > 0 for each in bounds.values()):
        raise CannotReplay(f"{wanted.topic} has lost its beginning: a key cannot be read as a whole")
    starts = await _starts(reader, wanted, {partition: each.first for partition, each in bounds.items()}, positions)
    targets = {partition: positions.get(partition, 0) for partition in starts}
    return await _read(reader, wanted, starts, targets)


async def _starts(reader: TopicReader, wanted: Range, first: Places, positions: Places) -> dict[int, int]:
    """Where reading begins; at the position itself where there is nothing to be found."""
    if wanted.since is not None:
        found: Mapping[int, int] = await reader.first_since(wanted.since)
    elif wanted.key is not None:
        home = key_hash(wanted.key) % len(first)
        found = {home: first[home]}
    else:
        assert wanted.partition is not None
        assert wanted.first is not None
        if wanted.partition not in first:
            raise CannotReplay(f"{wanted.topic} has no partition {wanted.partition}")
        found = {wanted.partition: max(wanted.first, first[wanted.partition])}
    return {partition: found.get(partition, positions.get(partition, 0)) for partition in first}


async def _read(reader: TopicReader, wanted: Range, starts: Places, targets: Places) -> Selection:
    selection, at = Selection(), dict(starts)
    reader.go_to(starts)
    while any(at[partition] < target for partition, target in targets.items()):
        fetched: Mapping[TopicPartition, list[ConsumerRecord]] = await reader.fetch(targets)
        for place, records in fetched.items():
            for record in records:
                selection.take(record, wanted)
            at[place.partition] = records[-1].offset + 1
        if selection.total > RECORDS_MAX:
            raise CannotReplay(f"more than {RECORDS_MAX} records: take a smaller range")
    return selection
