"""Disclosure control: which numbers about people may be shown, so that nobody can work out the ones that may not.

Source of the rule: practice of the ministry's statistical service for internal security (no figure below 5), as laid
down for the council. A number below `smallest` is written « < 5 », and further numbers are withheld until every « < 5 »
could still be any number from 0 to 4 for a reader who knows all that is published, all sums and the marks.
One decision per publication: page, chart, CSV and JSON take their numbers from it. What is withheld is chosen by place,
never by size, so that the choice tells next to nothing even to a reader who runs this code on every possible table.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from services.reporting.domain.circulation import Circulation, Edge

ENDLESS = 10**9


class Mark(StrEnum):
    EXACT = "exact"
    SMALL = "small"
    """Below the threshold, zero included: an empty cell of a sensitive table is a fact about people too."""
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Shown:
    """A number as published; `value` only when it is exact."""

    mark: Mark
    value: int | None = None


@dataclass(frozen=True)
class Number:
    """A true number and its place in the sums: what leaves `tail` arrives at `head`.

    `price` weighs what readers lose when it is withheld. `known` numbers are no secret (no session took place, so
    nobody came): always exact, they hide nothing. `unpublished` ones are in no table and still tie the others together.
    """

    count: int
    tail: Hashable
    head: Hashable
    price: int = 1
    known: bool = False
    unpublished: bool = False


def publish(numbers: Mapping[Hashable, Number], smallest: int) -> dict[Hashable, Shown]:
    """What may be shown of each number; `smallest` is the lowest count shown as it is."""
    edges = {key: _as_known(number, smallest) for key, number in numbers.items()}
    small = [key for key, number in numbers.items() if _is_small(number, smallest) and not number.unpublished]
    goals = [(key, target) for target in (smallest - 1, 0) for key in small]
    while (missing := _first_cover(edges, goals)) is not None:
        if not missing:
            return {
                key: _shown(edge, smallest) if numbers[key].known else Shown(Mark.WITHHELD)
                for key, edge in edges.items()
            }
        for key in missing:
            edges[key] = replace(edges[key], low=smallest, high=ENDLESS)
    return {key: _shown(edge, smallest) for key, edge in edges.items()}


def share(part: int, base: int, smallest_base: int) -> int | None:
    """`part` of `base` in whole per cent; None when the base is too small to be shown."""
    return None if base < smallest_base else round(100 * part / base)


def _is_small(number: Number, smallest: int) -> bool:
    return number.count < smallest and not number.known


def _as_known(number: Number, smallest: int) -> Edge:
    low, high = (0, smallest - 1) if _is_small(number, smallest) else (number.count, number.count)
    if number.unpublished:
        low, high = min(0, number.count), ENDLESS
    return Edge(number.tail, number.head, number.count, low, high, None if number.known else number.price)


def _first_cover(edges: Mapping[Hashable, Edge], goals: Sequence[tuple[Hashable, int]]) -> list[Hashable] | None:
    """What to withhold next; None when every goal is possible, empty when nothing helps."""
    circulation = Circulation(edges)
    for key, target in goals:
        cover = circulation.cover(key, target)
        if cover is None:
            return []
        if cover:
            return cover
    return None


def _shown(edge: Edge, smallest: int) -> Shown:
    if edge.exact:
        return Shown(Mark.EXACT, edge.value)
    return Shown(Mark.SMALL if edge.high < smallest else Mark.WITHHELD)
