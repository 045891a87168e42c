"""Figures as a CSV file that a French spreadsheet opens with accents, columns and no surprise."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from services.chassis import french
from services.reporting.figures.model import Dashboard, Figure

BOM = "\ufeff"
HEADER = ["Chiffre", "Intitulé", "Ligne", "Colonne", "Nombre", "Période", "Définition", "Source", "Mis à jour"]


def as_csv(dashboard: Dashboard) -> str:
    """One line per number: UTF-8 with a byte order mark, semicolons, no cell that a spreadsheet would compute."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    for figure in dashboard.figures:
        writer.writerows([_harmless(cell) for cell in line] for line in _lines(figure))
    return BOM + out.getvalue()


def _lines(figure: Figure) -> Iterator[list[str]]:
    period = f"{figure.period_start:%d/%m/%Y} au {figure.period_end:%d/%m/%Y}"
    about = [period, figure.definition, figure.source]
    about.append(french.history_datetime(figure.updated_at) if figure.updated_at else "")
    yield [figure.id, figure.title, "", figure.unit, figure.value, *about]
    if figure.table is None:
        return
    for row in (*figure.table.rows, figure.table.total):
        if row is not None:
            for name, value in zip(figure.table.columns, row.values, strict=True):
                number = value.text if value.value is None else str(value.value)
                yield [figure.id, figure.title, row.label, name, number, *about]


def _harmless(cell: str) -> str:
    """A cell that begins like a formula gets an apostrophe: no spreadsheet runs it. Source: OWASP, CSV injection."""
    return f"'{cell}" if cell.lstrip().startswith(("=", "+", "-", "@")) or cell.startswith(("\t", "\r", "\n")) else cell
