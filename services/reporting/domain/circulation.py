"""What sums reveal: how far one number of a set of additive tables can move while every published sum still holds.

Tables whose numbers add up form a circulation: each number is an edge, each sum a node where what goes in comes out. A
reader who knows some numbers and ranges for the others can move a hidden number only around a cycle of hidden numbers.
The network is totally unimodular, so the bounds found here are exact: no cleverer reader gets narrower ones.
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

Key = Hashable
Step = tuple[Key, bool]


@dataclass(frozen=True)
class Edge:
    """A number that goes from the sum `tail` to the sum `head`; a reader knows that it lies in `low`..`high`.

    `price` is what withholding the number would cost the reader; None when everybody knows it anyway.
    """

    tail: Hashable
    head: Hashable
    value: int
    low: int
    high: int
    price: int | None = None

    @property
    def exact(self) -> bool:
        return self.low == self.high


class Circulation:
    """The numbers of one publication, by key, as its readers know them."""

    def __init__(self, edges: Mapping[Key, Edge]) -> None:
        self.edges = dict(edges)
        self._at: dict[Hashable, list[tuple[Key, bool, Hashable]]] = {}
        for key, edge in self.edges.items():
            self._at.setdefault(edge.tail, []).append((key, True, edge.head))
            self._at.setdefault(edge.head, []).append((key, False, edge.tail))

    def can_move(self, key: Key, target: int) -> bool:
        """Whether a reader must think it possible that the number `key` is `target`."""
        return self._blocked(key, target) is None

    def cover(self, key: Key, target: int) -> list[Key] | None:
        """The cheapest exact numbers to withhold so that `key` may come closer to `target`.

        Empty when `target` is possible already, None when nothing helps. The choice looks at prices and at the order of
        the numbers, never at what the exact ones are: the choice itself must not tell anything.
        """
        moved = self._blocked(key, target)
        if moved is None:
            return []
        path = self._path(key, target, moved, buying=True)
        return None if path is None else [step for step, _ in path if self.edges[step].exact]

    def _blocked(self, key: Key, target: int) -> dict[Key, int] | None:
        """None when the number can be `target`, otherwise the moves made before the way was blocked."""
        edge = self.edges[key]
        missing = abs(target - edge.value)
        moved = dict.fromkeys(self.edges, 0)
        while missing:
            path = self._path(key, target, moved, buying=False)
            if path is None:
                return moved
            step = min(missing, *(self._slack(moved, *each) for each in path))
            for each, forward in path:
                moved[each] += step if forward else -step
            missing -= step
        return None

    def _slack(self, moved: Mapping[Key, int], key: Key, forward: bool) -> int:
        edge = self.edges[key]
        now = edge.value + moved[key]
        return edge.high - now if forward else now - edge.low

    def _path(self, key: Key, target: int, moved: Mapping[Key, int], *, buying: bool) -> list[Step] | None:
        """The cheapest way for one unit round to `key`: free through hidden numbers, at a price through exact ones."""
        edge = self.edges[key]
        start, goal = (edge.head, edge.tail) if target > edge.value else (edge.tail, edge.head)
        queue: list[tuple[int, int, Hashable, list[Step]]] = [(0, 0, start, [])]
        seen: set[Hashable] = set()
        order = 0
        while queue:
            paid, _, node, path = heapq.heappop(queue)
            if node == goal:
                return path
            if node in seen:
                continue
            seen.add(node)
            for step, forward, beyond in self._at.get(node, ()):
                price = self._price(step, forward, moved, buying=buying)
                if step != key and price is not None:
                    order += 1
                    heapq.heappush(queue, (paid + price, order, beyond, [*path, (step, forward)]))
        return None

    def _price(self, key: Key, forward: bool, moved: Mapping[Key, int], *, buying: bool) -> int | None:
        edge = self.edges[key]
        if edge.exact:
            return edge.price if buying else None
        return 0 if self._slack(moved, key, forward) > 0 else None
