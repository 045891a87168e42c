"""The dashboard, its files, and the panel of the home page."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Response

from services.chassis.http import SIGNED_IN, Look, Routes
from services.chassis.web import Option, State, page
from services.reporting.figures.csv import as_csv
from services.reporting.figures.dashboard import FIRST_YEAR, LAST_YEAR, dashboard, usual_year, years
from services.reporting.figures.model import Dashboard
from services.reporting.pages.charts import chart, tile, worth_drawing
from services.reporting.rules import smallest

routes = Routes()

TILES = (
    "annual-duty", "meetings-held", "recalls-by-motive", "plan-signatures", "sessions-held", "recalls-complied",
    "notice-respected", "drop-in-attendance", "deliveries",
)  # fmt: skip
Year = Annotated[int, Path(ge=FIRST_YEAR, le=LAST_YEAR)]


@routes.page("/chiffres", allow=SIGNED_IN)
async def dashboard_page(
    look: Look, annee: Annotated[int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR)] = None
) -> Response:
    known = await years(look.tx, look.now)
    shown = await dashboard(look.tx, annee or usual_year(known, look.now), look.now)
    by_id = {figure.id: figure for figure in shown.figures}
    return page(
        look,
        "dashboard.html",
        title=f"Tableau de bord {shown.year}",
        year=shown.year,
        state=State("Année close", "done") if shown.closed else State("Année en cours", "running"),
        smallest=smallest(shown.year),
        read_at=shown.read_at,
        years=[Option(str(year), str(year)) for year in sorted({*known, shown.year}, reverse=True)],
        tiles=[tile(by_id[name]) for name in TILES if name in by_id],
        charts=[chart(figure, figure.table) for figure in shown.figures if figure.table and worth_drawing(figure)],
        awaited=[figure.title for figure in shown.figures if figure.table is None and figure.value == "à paraître"],
    )


@routes.page("/chiffres/{year:int}.json", allow=SIGNED_IN)
async def dashboard_json(look: Look, year: Year) -> Response:
    shown = await dashboard(look.tx, year, look.now)
    return _file(shown, shown.model_dump_json(indent=2), "application/json", "json")


@routes.page("/chiffres/{year:int}.csv", allow=SIGNED_IN)
async def dashboard_csv(look: Look, year: Year) -> Response:
    shown = await dashboard(look.tx, year, look.now)
    return _file(shown, as_csv(shown), "text/csv; charset=utf-8", "csv")


def _file(shown: Dashboard, content: str, media_type: str, ending: str) -> Response:
    name = f"cispd-chiffres-{shown.year}.{ending}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
