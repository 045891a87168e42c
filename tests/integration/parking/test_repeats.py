"""A relay repeats what it is not sure of: of a key that is stopped too nothing is listed that is dealt with already."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY

from services.chassis.consumer import batches
from tests.integration.parking.workshop import TOPIC, Workshop


async def stopped(workshop: Workshop) -> UUID:
    """A key with two records applied, a third that cannot be, and one that waits behind it."""
    key = uuid4()
    await workshop.forbid(key, 3)
    await workshop.deliver(*(workshop.next(key) for _ in range(4)))
    return key


async def waiting(workshop: Workshop, key: UUID) -> list[tuple[int, str]]:
    return [(row["sequence"], row["reason"]) for row in await workshop.parked(key)]


STOPPED = [(3, "HandlerFailed"), (4, "BehindParked")]


def passed_over() -> float:
    return REGISTRY.get_sample_value("cispd_consumer_skipped_total", {"topic": TOPIC, "reason": "duplicate"}) or 0


async def test_what_was_applied_or_waits_already_does_not_wait_again(workshop: Workshop) -> None:
    key = await stopped(workshop)
    before = passed_over()
    await workshop.deliver(*(workshop.again(key, version) for version in (1, 2, 3, 4, 4)))
    assert await waiting(workshop, key) == STOPPED
    assert passed_over() - before == 5


@pytest.mark.parametrize("piece", [500, 1], ids=["one piece", "a piece for each record"])
async def test_repeats_in_the_batch_that_stops_the_key_do_not_wait(
    piece: int, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "FIRST_PIECE", piece)
    monkeypatch.setattr(batches, "PIECE", piece)
    key = uuid4()
    await workshop.deliver(workshop.next(key), workshop.next(key))
    await workshop.forbid(key, 3)
    new = [workshop.next(key), workshop.next(key)]
    await workshop.deliver(*new, *(workshop.again(key, version) for version in (1, 2, 3, 4)))
    assert await waiting(workshop, key) == STOPPED


async def test_the_record_of_another_hand_waits_although_its_identity_is_one_that_waits(workshop: Workshop) -> None:
    """A producer that mends its record and keeps the id: whoever gives the bad one up has the good one next."""
    key = uuid4()
    bad = workshop.next(key, value=b"{")
    await workshop.deliver(bad)
    await workshop.deliver(replace(workshop.again(key, 1), value=workshop.next(key).value))
    assert await waiting(workshop, key) == [(1, "NotJson"), (1, "BehindParked")]
    await workshop.hand().discard((await workshop.parked(key))[0]["id"], "mended by its producer")
    assert await workshop.applied(key) == [1]


async def test_what_cannot_be_read_waits_although_its_version_was_applied(workshop: Workshop) -> None:
    key = await stopped(workshop)
    await workshop.deliver(replace(workshop.again(key, 1), value=b"{"))
    assert await waiting(workshop, key) == [*STOPPED, (1, "BehindParked")]
