"""A curious reader: knows every published number, every sum and what the marks mean, and tries every possibility.

Written without a look at the code under test: plain search over whole numbers, no graph.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from services.reporting.domain.disclosure import Mark, Shown

PLENTY = 400

Range = tuple[int, int]
Sum = tuple[Hashable, Sequence[Hashable]]
"""A total and its parts."""


def knowledge(shown: Mapping[Hashable, Shown], smallest: int) -> dict[Hashable, Range]:
    """What each mark says by itself."""
    meaning = {Mark.SMALL: (0, smallest - 1), Mark.WITHHELD: (smallest, PLENTY)}
    return {key: meaning[each.mark] if each.value is None else (each.value, each.value) for key, each in shown.items()}


def possible(ranges: Mapping[Hashable, Range], sums: Sequence[Sum], key: Hashable, value: int) -> bool:
    """Whether some whole numbers within `ranges` satisfy all `sums` with `key` being `value`."""
    low, high = ranges[key]
    return low <= value <= high and _solve({**ranges, key: (value, value)}, sums)


def _solve(ranges: dict[Hashable, Range], sums: Sequence[Sum]) -> bool:
    narrowed = _narrow(dict(ranges), sums)
    if narrowed is None:
        return False
    open_keys = [key for key, (low, high) in narrowed.items() if low < high]
    if not open_keys:
        return True
    key = min(open_keys, key=lambda each: narrowed[each][1] - narrowed[each][0])
    low, high = narrowed[key]
    return any(_solve({**narrowed, key: (value, value)}, sums) for value in range(low, high + 1))


def _narrow(ranges: dict[Hashable, Range], sums: Sequence[Sum]) -> dict[Hashable, Range] | None:
    changed = True
    while changed:
        changed = False
        for total, parts in sums:
            for key in (total, *parts):
                low, high = _implied(ranges, total, parts, key)
                now = ranges[key]
                new = (max(now[0], low), min(now[1], high))
                if new[0] > new[1]:
                    return None
                if new != now:
                    ranges[key], changed = new, True
    return ranges


def _implied(ranges: Mapping[Hashable, Range], total: Hashable, parts: Sequence[Hashable], key: Hashable) -> Range:
    if key == total:
        return sum(ranges[p][0] for p in parts), sum(ranges[p][1] for p in parts)
    others = [part for part in parts if part != key]
    low = ranges[total][0] - sum(ranges[p][1] for p in others)
    return low, ranges[total][1] - sum(ranges[p][0] for p in others)
