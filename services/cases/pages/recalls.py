"""The list of recalls."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from schemas.events.cases import RecallState
from services.cases import rights
from services.cases.domain.days import day_of
from services.cases.domain.recall import Recall
from services.cases.pages.deadlines import next_deadline
from services.cases.pages.words import RECALL_STATES, commune_name, motive_label
from services.cases.queries import recalls as queries
from services.chassis.french import count, short_date
from services.chassis.http import Look, Routes
from services.chassis.web import Cell, Chip, Column, page

routes = Routes()
ADDRESS = "/dossiers/rappels"
SIZE = 50
COLUMNS = [Column("Dossier"), Column("Commune"), Column("Motif"), Column("État"), Column("Prochaine échéance")]
GROUPS: dict[str, tuple[str, tuple[RecallState, ...]]] = {
    "a-traiter": ("À traiter", (RecallState.REPORTED, RecallState.CLEARED, RecallState.OBJECTED, RecallState.NO_SHOW)),
    "en-attente": ("En attente", (RecallState.CONSULTED, RecallState.SUMMONED, RecallState.SUSPENDED)),
    "suivi": ("En suivi", (RecallState.DELIVERED, RecallState.REFUSED)),
    "termines": ("Terminés", (RecallState.CLOSED, RecallState.REJECTED)),
}


@routes.page(ADDRESS, allow=rights.READERS)
async def recalls_page(
    look: Look,
    groupe: Annotated[str, Query(max_length=20)] = "",
    numero: Annotated[str, Query(alias="page", max_length=5)] = "1",
) -> Response:
    """The recalls that the reader may see; a group that does not exist narrows nothing."""
    states = list(GROUPS[groupe][1]) if groupe in GROUPS else []
    at = int(numero) if numero.isdecimal() and 0 < int(numero) < 10_000 else 1
    found, total = await queries.recalls(
        look.tx, look.by, states=states, commune=None, limit=SIZE, after=(at - 1) * SIZE
    )
    return page(
        look,
        "recalls.html",
        title="Rappels à l’ordre",
        chips=_chips(await queries.counts_by_state(look.tx, look.by), groupe),
        caption=f"{count(total, 'dossier')}, du plus récent au plus ancien",
        columns=COLUMNS,
        rows=[_row(look, case) for case in found],
        may_report=look.by.has(*rights.REPORTERS),
        pager=_pager(groupe, at, len(found), total),
    )


def _row(look: Look, case: Recall) -> list[Cell | str]:
    today = day_of(look.now)
    return [
        Cell(case.number, href=f"{ADDRESS}/{case.id}", note=f"signalé le {short_date(case.reported_at)}"),
        commune_name(case.commune, today),
        motive_label(case.motive, today),
        Cell(state=RECALL_STATES[case.state]),
        next_deadline(case) or "Aucune",
    ]


def _chips(counts: dict[str, int], chosen: str) -> list[Chip]:
    every = Chip("Tous", ADDRESS, sum(counts.values()), chosen not in GROUPS)
    return [every] + [
        Chip(label, f"{ADDRESS}?groupe={slug}", sum(counts.get(state, 0) for state in states), slug == chosen)
        for slug, (label, states) in GROUPS.items()
    ]


def _pager(group: str, at: int, shown: int, total: int) -> dict[str, object] | None:
    if total <= SIZE:
        return None
    first = (at - 1) * SIZE + 1
    query = f"groupe={group}&" if group else ""
    return {
        "first": first,
        "last": first + shown - 1,
        "total": total,
        "previous": f"{ADDRESS}?{query}page={at - 1}" if at > 1 else None,
        "next": f"{ADDRESS}?{query}page={at + 1}" if first + shown - 1 < total else None,
    }
