"""Does the cost of an event stay the same when there is more of something? Figures and aims of all that ask this."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from benchmarks.harness.plan import Aim

OURS = "ours"


def costs(role: str) -> dict[str, str]:
    """What an event costs when `role` handles it: time, processor time, memory."""
    return {
        "us": "µs/event",
        "all_cpu_us": f"CPU of {role} and PostgreSQL, µs/event",
        "cpu_us": f"CPU of {role}, µs/event",
        "peak_mb": f"peak memory of {role}, MB",
    }


def flat(least: str, *, among: Sequence[str | None] = (None,), why: str = "") -> tuple[Aim, ...]:
    """No case costs more than a fifth more than the one called `least`; `among`: none of these, unless all."""
    pairs = product(among, ("us", "all_cpu_us"))
    return tuple(Aim(figure, OURS, 1.2, False, case=case, against_case=least, why=why) for case, figure in pairs)
