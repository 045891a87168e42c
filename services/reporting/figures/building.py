"""Puts a figure together: period, types of its sources, and whether anything in it is not published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from schemas.envelope import Event
from services.chassis.french import typography
from services.reporting.figures.model import Figure, Row, Table, Value

NOT_YET = "à paraître"


def build(
    id: str,
    title: str,
    value: Value | str,
    *,
    year: int,
    unit: str,
    definition: str,
    source: str,
    events: Sequence[type[Event]],
    updated_at: datetime | None,
    table: Table | None = None,
) -> Figure:
    """A figure of a whole year; `value` is a number or a word."""
    numbers = [] if table is None else [number for row in (*table.rows, table.total) if row for number in row.values]
    if isinstance(value, Value):
        numbers.append(value)
    return Figure(
        id=id,
        title=typography(title),
        value=value.text if isinstance(value, Value) else typography(value),
        unit=typography(unit),
        definition=typography(definition),
        source=typography(source),
        events=[event.ce_type() for event in events],
        period_start=date(year, 1, 1),
        period_end=date(year, 12, 31),
        updated_at=updated_at,
        suppressed=any(number.mark != "exact" for number in numbers),
        table=table,
    )


def table(heading: str, columns: Sequence[str], rows: Iterable[Row], total: Sequence[Value] | None = None) -> Table:
    """A table; `total` are the numbers of its last row."""
    last = None if total is None else Row(code="total", label="Ensemble", values=list(total))
    return Table(heading=heading, columns=list(columns), rows=list(rows), total=last)


def column(heading: str, counted: str, labels: Mapping[str, str], values: Mapping[str, Value], total: Value) -> Table:
    """A table of one column, in the order of `labels`."""
    rows = [Row(code=code, label=typography(label), values=[values[code]]) for code, label in labels.items()]
    return table(heading, [counted], rows, [total])


def latest(moments: Iterable[datetime | None]) -> datetime | None:
    """The newest of them."""
    return max((moment for moment in moments if moment is not None), default=None)
