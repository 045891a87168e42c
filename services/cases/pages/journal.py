"""The access log, for the data-protection officer."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from services.cases import rights
from services.cases.domain.access import ReadingReason, SealedField
from services.cases.pages.words import FIELDS, REASONS
from services.cases.queries import access_log
from services.cases.queries.access_log import AccessEntry
from services.chassis.french import count, history_datetime
from services.chassis.http import Look, Routes
from services.chassis.web import Cell, Column, page

routes = Routes()
SIZE = 50
COLUMNS = [Column("Consultation"), Column("Dossier"), Column("Personne"), Column("Motif"), Column("Ce qui a été lu")]


@routes.page("/dossiers/journal", allow=rights.OFFICERS)
async def journal_page(
    look: Look,
    dossier: Annotated[str, Query(max_length=40)] = "",
    numero: Annotated[str, Query(alias="page", max_length=5)] = "1",
) -> Response:
    """Latest first; of one case when it is named."""
    at = int(numero) if numero.isdecimal() and 0 < int(numero) < 10_000 else 1
    case_id = _id(dossier)
    found, total = await access_log.entries(
        look.tx, look.by.communes, case_id=case_id, limit=SIZE, after=(at - 1) * SIZE
    )
    return page(
        look,
        "journal.html",
        headers={"Cache-Control": "no-store"},
        title="Journal des consultations",
        caption=f"{count(total, 'consultation')}, de la plus récente à la plus ancienne",
        columns=COLUMNS,
        rows=[_row(entry) for entry in found],
        narrowed=case_id is not None,
        pager=_pager(dossier if case_id else "", at, len(found), total),
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _row(entry: AccessEntry) -> list[Cell | str]:
    opened = ", ".join(FIELDS[SealedField(field)] for field in entry.fields)
    return [
        history_datetime(entry.at),
        Cell(entry.case_number, href=f"/dossiers/rappels/{entry.case_id}"),
        Cell(entry.by_name, note=entry.by_title),
        REASONS[ReadingReason(entry.reason)],
        Cell(opened, note="dans une lettre" if entry.purpose == "letter" else ""),
    ]


def _pager(case: str, at: int, shown: int, total: int) -> dict[str, object] | None:
    if total <= SIZE:
        return None
    first, query = (at - 1) * SIZE + 1, f"dossier={case}&" if case else ""
    return {
        "first": first,
        "last": first + shown - 1,
        "total": total,
        "previous": f"/dossiers/journal?{query}page={at - 1}" if at > 1 else None,
        "next": f"/dossiers/journal?{query}page={at + 1}" if first + shown - 1 < total else None,
    }
