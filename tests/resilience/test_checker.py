"""The checker finds each kind of violation: evidence of a healthy run, doctored in one place, has one complaint."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid5

import pytest

from tests.resilience.checker import Wrong, check, doubled_on_wire, expectations
from tests.resilience.evidence import Application, Evidence, Holding, OnWire
from tests.resilience.facts import ACCOUNTS, ACKNOWLEDGEMENTS
from tests.resilience.journal import Asked, Committed, Story

TOWN = UUID(int=1)
FREE, POISONED = str(uuid5(TOWN, "free")), str(uuid5(TOWN, "poisoned"))


def chain(digest: bytes, told: str, amount: int) -> bytes:
    return hashlib.sha256(digest + f"{told}:{amount}".encode()).digest()


def fact(account: str, version: int, kind: str) -> Committed:
    asked = Asked(
        command_id=uuid5(UUID(account), f"command {version}"),
        kind=kind,
        account=UUID(account),
        amount=10 * version,
        note="",
        poison=kind == "poison",
        remind=kind == "remind",
    )
    return Committed(asked, version, str(uuid5(UUID(account), f"event {version}")))


def healthy() -> Evidence:
    """Two accounts: one with a withdrawal and a reminder, one whose second fact is poisoned."""
    story = Story(
        facts={
            FREE: [fact(FREE, version, kind) for version, kind in enumerate(("deposit", "withdraw", "remind"), 1)],
            POISONED: [
                fact(POISONED, version, kind) for version, kind in enumerate(("deposit", "poison", "deposit"), 1)
            ],
        },
        refused={},
        open={},
    )
    evidence = Evidence(story)
    for (topic, key), wanted in expectations(evidence).items():
        digest, total = b"", 0
        for sequence, (told, amount) in enumerate(wanted.told, 1):
            of = {"of": told} if topic == ACKNOWLEDGEMENTS else {}
            event = told if topic == ACCOUNTS else f"event {topic} {key} {sequence}"
            evidence.wire.append(OnWire(topic, 0, key, sequence, event, of))
            if sequence <= wanted.applied:
                evidence.applied.append(Application(topic, key, sequence, told))
                digest, total = chain(digest, told, amount), total + amount
                evidence.holdings[topic, key] = Holding(sequence, total, digest)
            else:
                evidence.parked.append((topic, key, sequence))
    evidence.reminded = [str(story.facts[FREE][2].asked.command_id)]
    return evidence


def test_a_healthy_run_has_no_complaint_though_records_came_twice() -> None:
    evidence = healthy()
    evidence.wire += evidence.wire[:2]
    assert check(evidence) == []
    assert doubled_on_wire(evidence) == 2


def record_of(evidence: Evidence, key: str, sequence: int, topic: str = ACCOUNTS) -> OnWire:
    return next(each for each in evidence.wire if (each.topic, each.key, each.sequence) == (topic, key, sequence))


def application_of(evidence: Evidence, sequence: int) -> Application:
    wanted = (ACCOUNTS, FREE, sequence)
    return next(each for each in evidence.applied if (each.topic, each.key, each.sequence) == wanted)


def a_record_is_missing(evidence: Evidence) -> None:
    evidence.wire.remove(record_of(evidence, FREE, 3))


def an_answer_is_missing(evidence: Evidence) -> None:
    evidence.wire.remove(record_of(evidence, FREE, 1, ACKNOWLEDGEMENTS))


def a_rolled_back_fact_is_published(evidence: Evidence) -> None:
    evidence.wire.append(OnWire(ACCOUNTS, 0, str(uuid5(TOWN, "never")), 1, "never", {}))


def an_answer_was_appended_twice(evidence: Evidence) -> None:
    answer = record_of(evidence, FREE, 1, ACKNOWLEDGEMENTS)
    evidence.wire.append(replace(answer, sequence=2, event_id="another"))


def two_records_change_places(evidence: Evidence) -> None:
    second = record_of(evidence, FREE, 2)
    evidence.wire.remove(second)
    evidence.wire.append(second)


def a_later_record_overtakes_a_first_delivery_that_comes_again(evidence: Evidence) -> None:
    evidence.wire.insert(0, record_of(evidence, FREE, 3))


def a_key_is_on_two_partitions(evidence: Evidence) -> None:
    evidence.wire.append(replace(record_of(evidence, FREE, 1), partition=1))


def a_record_is_not_applied(evidence: Evidence) -> None:
    evidence.applied.remove(application_of(evidence, 3))


def a_record_is_applied_twice(evidence: Evidence) -> None:
    evidence.applied.append(application_of(evidence, 1))


def records_are_applied_in_disorder(evidence: Evidence) -> None:
    first = application_of(evidence, 1)
    evidence.applied.remove(first)
    evidence.applied.append(first)


def a_projection_counted_one_thing_twice(evidence: Evidence) -> None:
    held = evidence.holdings[ACCOUNTS, FREE]
    evidence.holdings[ACCOUNTS, FREE] = replace(held, total=held.total + 10)


def a_projection_has_another_order(evidence: Evidence) -> None:
    evidence.holdings[ACCOUNTS, FREE] = replace(evidence.holdings[ACCOUNTS, FREE], digest=b"another")


def a_healthy_record_is_parked(evidence: Evidence) -> None:
    evidence.parked.append((ACCOUNTS, FREE, 3))


def a_record_is_parked_again(evidence: Evidence) -> None:
    evidence.parked.append((ACCOUNTS, POISONED, 2))


def a_poisoned_record_vanished(evidence: Evidence) -> None:
    evidence.parked.remove((ACCOUNTS, POISONED, 2))


def a_follower_overtakes_its_parked_record(evidence: Evidence) -> None:
    follower = record_of(evidence, POISONED, 3)
    evidence.applied.append(Application(ACCOUNTS, POISONED, 3, follower.event_id))


def a_follower_overtakes_a_record_that_was_mended_and_then_given_up(evidence: Evidence) -> None:
    a_follower_overtakes_its_parked_record(evidence)
    a_mended_record_stays_parked(evidence)
    evidence.parked.clear()


def a_mended_record_stays_parked(evidence: Evidence) -> None:
    evidence.mended.add(str(evidence.story.facts[POISONED][1].asked.command_id))


def a_timer_never_fired(evidence: Evidence) -> None:
    evidence.reminded.clear()


def a_timer_fired_twice(evidence: Evidence) -> None:
    evidence.reminded *= 2


def a_timer_fired_that_nobody_set(evidence: Evidence) -> None:
    evidence.reminded.append(str(uuid5(TOWN, "nobody")))


def a_fact_is_known_to_nobody(evidence: Evidence) -> None:
    evidence.story.facts[POISONED] = [
        replace(each, version=each.version + 1) for each in evidence.story.facts[POISONED]
    ]


DOCTORED: list[tuple[Callable[[Evidence], None], Wrong]] = [
    (a_record_is_missing, Wrong.LOST),
    (an_answer_is_missing, Wrong.LOST),
    (a_rolled_back_fact_is_published, Wrong.PHANTOM),
    (an_answer_was_appended_twice, Wrong.PHANTOM),
    (two_records_change_places, Wrong.DISORDER),
    (a_later_record_overtakes_a_first_delivery_that_comes_again, Wrong.DISORDER),
    (a_key_is_on_two_partitions, Wrong.STRAY),
    (a_record_is_not_applied, Wrong.NOT_APPLIED),
    (a_record_is_applied_twice, Wrong.APPLIED_TWICE),
    (records_are_applied_in_disorder, Wrong.APPLIED_IN_DISORDER),
    (a_projection_counted_one_thing_twice, Wrong.CONTENT),
    (a_projection_has_another_order, Wrong.CONTENT),
    (a_healthy_record_is_parked, Wrong.PARKED_WITHOUT_CAUSE),
    (a_record_is_parked_again, Wrong.PARKED_TWICE),
    (a_poisoned_record_vanished, Wrong.NOT_APPLIED),
    (a_follower_overtakes_its_parked_record, Wrong.OVERTAKEN),
    (a_follower_overtakes_a_record_that_was_mended_and_then_given_up, Wrong.OVERTAKEN),
    (a_mended_record_stays_parked, Wrong.NOT_APPLIED),
    (a_timer_never_fired, Wrong.TIMER_LOST),
    (a_timer_fired_twice, Wrong.TIMER_TWICE),
    (a_timer_fired_that_nobody_set, Wrong.PHANTOM),
    (a_fact_is_known_to_nobody, Wrong.UNACCOUNTED),
]


@pytest.mark.parametrize(("doctor", "wrong"), DOCTORED, ids=lambda each: getattr(each, "__name__", ""))
def test_the_checker_finds_that(doctor: Callable[[Evidence], None], wrong: Wrong) -> None:
    evidence = healthy()
    doctor(evidence)
    assert wrong in {violation.wrong for violation in check(evidence)}


def test_every_kind_of_violation_is_doctored_at_least_once() -> None:
    assert {wrong for _, wrong in DOCTORED} == set(Wrong)
