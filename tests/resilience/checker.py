"""What must hold of the evidence, whatever was done to the system. Pure: it is tested with doctored evidence."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from tests.resilience.evidence import Evidence, Holding, OnWire
from tests.resilience.facts import ACCOUNTS, ACKNOWLEDGEMENTS, REMINDERS
from tests.resilience.journal import Committed


class Wrong(StrEnum):
    """The ways in which the platform can fail its users."""

    UNACCOUNTED = "a version of a key that no writer was told of"
    LOST = "committed, and not on the topic"
    PHANTOM = "on the topic, and never committed"
    DISORDER = "first deliveries of a key out of order"
    STRAY = "one key on two partitions"
    NOT_APPLIED = "on the topic, and not applied"
    APPLIED_TWICE = "applied more than once"
    APPLIED_IN_DISORDER = "applied out of order"
    CONTENT = "the projection differs from what the journal yields"
    PARKED_WITHOUT_CAUSE = "parked, and neither poisoned nor behind a poisoned one"
    PARKED_TWICE = "parked again, although it waits already"
    OVERTAKEN = "applied, although an earlier record of its key is not"
    TIMER_LOST = "a timer that did not fire"
    TIMER_TWICE = "a timer that fired more than once"


@dataclass(frozen=True, order=True)
class Violation:
    wrong: Wrong
    topic: str
    key: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.wrong.name}: {self.wrong} ({self.topic}, key {self.key}{self.detail and ', ' + self.detail})"


@dataclass(frozen=True)
class Expected:
    """What one topic must carry of one key, as (told, amount) in order, and how many of these are to be applied."""

    told: tuple[tuple[str, int], ...]
    applied: int


Expectations: TypeAlias = dict[tuple[str, str], Expected]


def check(evidence: Evidence) -> list[Violation]:
    """Every violation of what the platform promises; empty when all is well."""
    wanted = expectations(evidence)
    return sorted({*_accounts(evidence), *_wire(evidence, wanted), *_effects(evidence, wanted), *_timers(evidence)})


def told_shortly(violations: Iterable[Violation]) -> list[str]:
    """For people: some of each kind, so that many of one do not hide another."""
    kinds: dict[Wrong, list[str]] = defaultdict(list)
    for each in violations:
        kinds[each.wrong].append(str(each))
    return [line for lines in kinds.values() for line in lines[:5]]


def doubled_on_wire(evidence: Evidence) -> int:
    """Records that came again. Not a violation: the promise is at least once, with an identity."""
    return len(evidence.wire) - len({record.event_id for record in evidence.wire})


def expectations(evidence: Evidence) -> Expectations:
    """What each key of each topic must have come to, from the writers' journal alone."""
    wanted: Expectations = {}
    for key, facts in evidence.story.facts.items():
        free = _before_poison(facts, evidence.mended)
        wanted[ACCOUNTS, key] = Expected(tuple((fact.event_id, _signed(fact)) for fact in facts), free)
        answers = tuple((fact.event_id, fact.asked.amount) for fact in facts[:free] if fact.asked.kind == "withdraw")
        if answers:
            wanted[ACKNOWLEDGEMENTS, key] = Expected(answers, len(answers))
        for fact in facts:
            if fact.asked.remind:
                timer = str(fact.asked.command_id)
                wanted[REMINDERS, timer] = Expected(((timer, 1),), 1)
    return wanted


def _signed(fact: Committed) -> int:
    return -fact.asked.amount if fact.asked.kind == "withdraw" else fact.asked.amount


def _before_poison(facts: list[Committed], mended: set[str]) -> int:
    """How many facts of a key come before the first that its handler still refuses."""
    for place, fact in enumerate(facts):
        if fact.asked.poison and str(fact.asked.command_id) not in mended:
            return place
    return len(facts)


def _accounts(evidence: Evidence) -> Iterator[Violation]:
    for key, facts in evidence.story.facts.items():
        versions = [fact.version for fact in facts]
        if versions != list(range(1, len(versions) + 1)):
            yield Violation(Wrong.UNACCOUNTED, ACCOUNTS, key, f"{len(versions)} facts up to version {versions[-1]}")


def told(record: OnWire) -> str:
    """What tells the event of a record apart in a way that the writers' journal knows."""
    return {ACKNOWLEDGEMENTS: record.value.get("of"), REMINDERS: record.key}.get(record.topic) or record.event_id


def _wire(evidence: Evidence, wanted: Expectations) -> Iterator[Violation]:
    firsts: dict[tuple[str, str], list[OnWire]] = defaultdict(list)
    places: dict[tuple[str, str], set[int]] = defaultdict(set)
    seen: set[str] = set()
    for record in evidence.wire:
        places[record.topic, record.key].add(record.partition)
        if record.event_id not in seen:
            seen.add(record.event_id)
            firsts[record.topic, record.key].append(record)
    for place in wanted.keys() | firsts.keys():
        yield from _key_on_wire(place, wanted.get(place), firsts[place])
        if len(places[place]) > 1:
            yield Violation(Wrong.STRAY, *place)


def _key_on_wire(place: tuple[str, str], wanted: Expected | None, first: list[OnWire]) -> Iterator[Violation]:
    due = Counter(told for told, _ in wanted.told) if wanted else Counter()
    came = Counter(told(record) for record in first)
    for missing in due - came:
        yield Violation(Wrong.LOST, *place, missing)
    for extra in came - due:
        yield Violation(Wrong.PHANTOM, *place, extra)
    sequences = [record.sequence for record in first]
    in_order = [told for told, _ in wanted.told] if wanted else []
    if sequences != sorted(sequences) or (due == came and [told(record) for record in first] != in_order):
        yield Violation(Wrong.DISORDER, *place)


def _effects(evidence: Evidence, expected: Expectations) -> Iterator[Violation]:
    applied: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in evidence.applied:
        applied[each.topic, each.key].append(each.told)
    parked: dict[tuple[str, str], list[int]] = defaultdict(list)
    for topic, key, sequence in evidence.parked:
        parked[topic, key].append(sequence)
    for place, wanted in expected.items():
        due = [told for told, _ in wanted.told]
        yield from _applications(place, due, wanted.applied, applied[place])
        yield from _parked(place, len(due), wanted.applied, parked[place])
        if evidence.holdings.get(place) != _holding(wanted.told[: wanted.applied]):
            yield Violation(Wrong.CONTENT, *place)


def _applications(place: tuple[str, str], due: list[str], free: int, came: list[str]) -> Iterator[Violation]:
    times = Counter(came)
    for told in (told for told, often in times.items() if often > 1):
        yield Violation(Wrong.APPLIED_TWICE, *place, told)
    for missing in (told for told in due[:free] if told not in times):
        yield Violation(Wrong.NOT_APPLIED, *place, missing)
    first_missing = next((rank for rank, told in enumerate(due) if told not in times), len(due))
    if overtaking := [told for told in due[min(free, first_missing) :] if told in times]:
        yield Violation(Wrong.OVERTAKEN, *place, f"{len(overtaking)} times, first by {overtaking[0]}")
    once = list(dict.fromkeys(came))
    if once != sorted(once, key=_rank(due)):
        yield Violation(Wrong.APPLIED_IN_DISORDER, *place)


def _rank(due: list[str]) -> Callable[[str], int]:
    ranks = {told: rank for rank, told in enumerate(due)}
    return lambda told: ranks.get(told, len(due))


def _parked(place: tuple[str, str], facts: int, free: int, came: list[int]) -> Iterator[Violation]:
    expected, parked = set(range(free + 1, facts + 1)), set(came)
    for sequence in (sequence for sequence, often in Counter(came).items() if often > 1):
        yield Violation(Wrong.PARKED_TWICE, *place, f"version {sequence}")
    for sequence in sorted(parked - expected):
        yield Violation(Wrong.PARKED_WITHOUT_CAUSE, *place, f"version {sequence}")
    for sequence in sorted(expected - parked):
        yield Violation(Wrong.NOT_APPLIED, *place, f"version {sequence} is neither applied nor parked")


def _holding(facts: Iterable[tuple[str, int]]) -> Holding | None:
    count, total, digest = 0, 0, b""
    for event, amount in facts:
        count, total = count + 1, total + amount
        digest = hashlib.sha256(digest + f"{event}:{amount}".encode()).digest()
    return Holding(count, total, digest) if count else None


def _timers(evidence: Evidence) -> Iterator[Violation]:
    wanted = {
        str(fact.asked.command_id) for facts in evidence.story.facts.values() for fact in facts if fact.asked.remind
    }
    fired = Counter(evidence.reminded)
    for timer in wanted - fired.keys():
        yield Violation(Wrong.TIMER_LOST, REMINDERS, timer)
    for timer in (timer for timer, often in fired.items() if often > 1):
        yield Violation(Wrong.TIMER_TWICE, REMINDERS, timer)
    for timer in fired.keys() - wanted:
        yield Violation(Wrong.PHANTOM, REMINDERS, timer)
