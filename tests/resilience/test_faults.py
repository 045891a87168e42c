"""Each fault alone, and random combinations of them, on the real thing under load."""

import random
import time

import pytest

from tests.resilience.conftest import SETTINGS, SKIPPED
from tests.resilience.faults import Fault, combined
from tests.resilience.faults.all import LONG, OPERATOR, SHARDED, SHORT
from tests.resilience.play import Course

FAULTS = LONG if SETTINGS.minutes >= 5 else SHORT


@pytest.mark.parametrize("fault", [*FAULTS, *SHARDED], ids=str)
async def test_nothing_is_lost_doubled_or_disordered_by(fault: Fault, course: Course, dice: random.Random) -> None:
    if reason := fault.missing(course.system):
        SKIPPED[str(fault)] = reason
        pytest.skip(reason)
    episode = await course.play([fault], dice)
    assert not episode.complaints, "\n".join(episode.complaints)


async def test_nothing_is_lost_doubled_or_disordered_by_faults_together(course: Course, dice: random.Random) -> None:
    until = time.monotonic() + SETTINGS.minutes * 60
    while time.monotonic() < until:
        episode = await course.play(combined(FAULTS, course.system, dice), dice)
        assert not episode.complaints, "\n".join(episode.complaints)


@pytest.mark.parametrize("fault", OPERATOR, ids=str)
async def test_what_was_parked_is_applied_in_order_once_its_cause_is_mended(
    fault: Fault, course: Course, dice: random.Random
) -> None:
    episode = await course.play([fault], dice)
    assert not episode.complaints, "\n".join(episode.complaints)
    assert episode.taken_up > 0, "nothing was taken up again"
