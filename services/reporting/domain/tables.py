"""The shapes of published tables about people, as numbers with their sums (see `disclosure`)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping

from services.reporting.domain.disclosure import Number, Shown, publish

TOTAL = "total"
Cells = dict[tuple[str, str], Shown]

_CELL, _GRAND_TOTAL = 1, 1000
_TABLE_CELL, _MARGIN = 20, 1
"""Prices. In one column the total is the news, so a row goes first. In a table with two entries the
cells are: margins go first, the readers can still add up what is shown."""


class Population:
    """People counted in several ways (by month, by motive …) that share their total, between two sums.

    Breakdowns follow each other: all that enters the first leaves by the last. They are decided together, because a
    total withheld in one table and readable in the next would be no secret.
    """

    def __init__(self, name: str, start: Hashable, end: Hashable) -> None:
        self.name = name
        self._start = start
        self._end = end
        self._breakdowns: list[tuple[str, Mapping[str, int]]] = []
        self.total = 0

    def by(self, breakdown: str, rows: Mapping[str, int]) -> Population:
        """Adds a breakdown. Raises ValueError when its sum is not that of the others."""
        total = sum(rows.values())
        if self._breakdowns and total != self.total:
            raise ValueError("The breakdowns of one population must have the same total.")
        self.total = total
        self._breakdowns.append((breakdown, rows))
        return self

    def numbers(self) -> dict[Hashable, Number]:
        """Its numbers: the total under (name, TOTAL), a row under (breakdown, row)."""
        places: list[Hashable] = [(self.name, place) for place in range(len(self._breakdowns))]
        found: dict[Hashable, Number] = {(self.name, TOTAL): Number(self.total, self._start, places[0], _GRAND_TOTAL)}
        for (breakdown, rows), tail, head in zip(self._breakdowns, places, [*places[1:], self._end], strict=True):
            for row, count in reversed(list(rows.items())):
                found[breakdown, row] = Number(count, tail, head, _CELL)
        return found


def publish_table(
    counts: Mapping[tuple[str, str], int], smallest: int, known: Collection[tuple[str, str]] = ()
) -> Cells:
    """A table with two entries and its margins; `known` cells are no secret.

    Returns the cells and, under (row, TOTAL), (TOTAL, column) and (TOTAL, TOTAL), the margins.
    """
    rows, columns = (list(dict.fromkeys(cell[axis] for cell in counts)) for axis in (0, 1))
    numbers: dict[Hashable, Number] = {
        (row, column): Number(count, ("row", row), ("column", column), _TABLE_CELL, (row, column) in known)
        for (row, column), count in reversed(list(counts.items()))
    }

    def margin(cells: Collection[tuple[str, str]], tail: Hashable, head: Hashable, price: int) -> Number:
        return Number(sum(counts[cell] for cell in cells), tail, head, price, all(cell in known for cell in cells))

    for row in rows:
        numbers[row, TOTAL] = margin([(row, column) for column in columns], "rows", ("row", row), _MARGIN)
    for column in columns:
        numbers[TOTAL, column] = margin([(row, column) for row in rows], ("column", column), "columns", _MARGIN)
    numbers[TOTAL, TOTAL] = margin(list(counts), "columns", "rows", _MARGIN)
    shown = publish(numbers, smallest)
    return {(row, column): shown[row, column] for row in (*rows, TOTAL) for column in (*columns, TOTAL)}
