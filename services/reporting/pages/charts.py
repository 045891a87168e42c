"""Figures as the components of a page draw them."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.french import typography
from services.chassis.web import Bar, Column
from services.chassis.web import Figure as Tile
from services.reporting.figures.model import Figure, Row, Table, Value

TARGETS = {"meetings-held": "Dues", "plan-signatures": "Attendues"}
BARS = {"drop-in-attendance": "Année"}
"""The column a bar draws; the first one unless said here."""
_HIDDEN = 4
"""Where the hatched bar of a number that is not published ends."""
TITLES = {"recalls-by-motive": "Rappels à l’ordre prononcés"}
"""A tile shows the total, whatever the breakdown."""
KEYS = {
    "meetings-held": ("réunions tenues", "nombre dû"),
    "plan-signatures": ("signatures recueillies", "nombre attendu"),
    "drop-in-attendance": ("visites de l'année", ""),
    "copies-distributed": ("exemplaires", ""),
    "deliveries": ("envois remis", ""),
    "sessions-held": ("permanences tenues", ""),
    "decisions": ("décisions", ""),
}


@dataclass(frozen=True)
class Chart:
    """A drawing and the table beside it; `reading` says in words what the drawing shows."""

    id: str
    title: str
    caption: str
    reading: str
    bars: list[Bar]
    key: str
    target_key: str
    columns: list[Column]
    rows: list[list[str]]
    foot: list[str] | None
    narrow: bool


def tile(figure: Figure) -> Tile:
    """The figure as a word or number with its definition and source."""
    return Tile(TITLES.get(figure.id, figure.title), figure.value, figure.unit, figure.definition, figure.source)


def chart(figure: Figure, table: Table) -> Chart:
    """The figure drawn, with the same numbers in a table."""
    drawn = table.columns.index(BARS.get(figure.id, table.columns[0]))
    target = table.columns.index(TARGETS[figure.id]) if figure.id in TARGETS else None
    bars = [_bar(row, drawn, target) for row in table.rows]
    key, target_key = KEYS.get(figure.id, ("nombre de rappels", ""))
    return Chart(
        id=figure.id,
        title=figure.title,
        caption=f"{figure.title}, {figure.period_start.year}",
        reading=typography(" ; ".join(f"{bar.label} : {bar.text}" for bar in bars) + "."),
        bars=bars,
        key=key,
        target_key=target_key,
        columns=[Column(table.heading), *(Column(name, num=True) for name in table.columns)],
        rows=[_line(row) for row in table.rows],
        foot=None if table.total is None else _line(table.total),
        narrow=len(table.columns) < 4,
    )


def worth_drawing(figure: Figure) -> bool:
    """Whether the figure has a number that is not zero, or one that is not published."""
    return figure.table is not None and any(value.value != 0 for row in figure.table.rows for value in row.values)


def _bar(row: Row, drawn: int, target: int | None) -> Bar:
    value: Value = row.values[drawn]
    wanted = None if target is None else row.values[target].value
    text = value.text if wanted is None else f"{value.text} pour {wanted}"
    small = value.mark == "small"
    return Bar(row.label, _HIDDEN if small else value.value or 0, text, target=wanted, hidden=small)


def _line(row: Row) -> list[str]:
    return [row.label, *(value.text for value in row.values)]
