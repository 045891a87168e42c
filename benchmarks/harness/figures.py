"""Figures of many rounds: median, spread, and ratios taken round by round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

Figures = Mapping[str, float]


@dataclass(frozen=True)
class Spread:
    """The middle value and the extremes."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Raises ValueError without values."""
        if not values:
            raise ValueError("a spread needs at least one value")
        return cls(median(values), min(values), max(values))


def ratios(above: Mapping[int, float], below: Mapping[int, float]) -> list[float]:
    """`above / below` in each round that has both: what disturbs a round disturbs both sides of its ratio."""
    return [above[number] / below[number] for number in sorted(above) if below.get(number)]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` (0 to 1) of all values do not exceed. Raises ValueError without values."""
    if not values:
        raise ValueError("a percentile needs at least one value")
    ordered = sorted(values)
    return ordered[max(ceil(share * len(ordered)) - 1, 0)]
