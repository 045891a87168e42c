"""Drop-in sessions with their visitors, and the copies of publications that were left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from schemas.events.outreach import (
    DropInSessionCancelled,
    DropInSessionHeld,
    DropInSessionPublished,
    PlaceType,
    PublicationDistributed,
)
from services.chassis import french
from services.chassis.act import Tx
from services.reporting import queries
from services.reporting.domain.tables import TOTAL, publish_table
from services.reporting.figures.building import NOT_YET, build, column, latest, table
from services.reporting.figures.model import Figure, Row, Value
from services.reporting.rules import smallest

QUARTERS = {"1": "1er trimestre", "2": "2e trimestre", "3": "3e trimestre", "4": "4e trimestre"}
PLACES = {
    PlaceType.TOWN_HALL: "Mairies",
    PlaceType.SOCIAL_CENTRE: "Centres sociaux",
    PlaceType.SCHOOL: "Établissements scolaires",
    PlaceType.HEALTH: "Lieux de soins",
    PlaceType.SHOP: "Commerces",
    PlaceType.POLICE_STATION: "Commissariats et brigades",
    PlaceType.ASSOCIATION: "Associations",
    PlaceType.PUBLIC_EVENT: "Manifestations publiques",
}


async def sessions_held(tx: Tx, year: int) -> Figure:
    """Drop-in sessions held, cancelled and to come, by district."""
    sessions = await queries.sessions_of_year(tx, year)
    rows = []
    for district, name in _districts(sessions).items():
        states = Counter(each.state for each in sessions if each.district == district)
        values = [Value.exact(states[state]) for state in ("held", "cancelled", "published")]
        rows.append(Row(code=district, label=name, values=values))
    sums = [Value.exact(sum(row.values[place].value or 0 for row in rows)) for place in range(3)]
    return build(
        "sessions-held",
        "Permanences tenues",
        sums[0],
        year=year,
        unit=f"sur {french.count(len(sessions), 'annoncée')}",
        definition="Permanences dans les quartiers, selon la date où elles ont eu lieu ou devaient avoir lieu.",
        source="permanences.",
        events=[DropInSessionPublished, DropInSessionHeld, DropInSessionCancelled],
        updated_at=latest(each.told_at for each in sessions),
        table=table("Quartier", ["Tenues", "Annulées", "À venir"], rows, sums),
    )


async def attendance(tx: Tx, year: int, *, closed: bool) -> Figure:
    """Visitors of drop-in sessions by district and quarter, under disclosure control, once the year is over."""
    sessions = [each for each in await queries.sessions_of_year(tx, year) if each.state == "held"]
    districts = _districts(sessions)
    headline: Value | str = Value.exact(0)
    shown = None
    if closed and sessions:
        counts = {(district, quarter): 0 for district in districts for quarter in QUARTERS}
        for each in sessions:
            counts[each.district, str(each.quarter)] += each.visitors
        quiet = set(counts) - {(each.district, str(each.quarter)) for each in sessions}
        cells = {
            key: Value.of(cell, smallest(year)) for key, cell in publish_table(counts, smallest(year), quiet).items()
        }
        columns = [*QUARTERS, TOTAL]
        rows = [
            Row(code=district, label=name, values=[cells[district, each] for each in columns])
            for district, name in districts.items()
        ]
        headline = _at_least(cells[TOTAL, TOTAL], [cells[each] for each in counts])
        shown = table("Quartier", [*QUARTERS.values(), "Année"], rows, [cells[TOTAL, each] for each in columns])
    return build(
        "drop-in-attendance",
        "Visites aux permanences",
        headline if closed else NOT_YET,
        year=year,
        unit=f"visites en {year}" if closed else "après le 31 décembre",
        definition="Visiteurs comptés anonymement. Les visites sont publiées une fois, quand l'année est finie ; un "
        "trimestre sans permanence compte zéro.",
        source="permanences, comptage anonyme.",
        events=[DropInSessionHeld],
        updated_at=latest(each.told_at for each in sessions),
        table=shown,
    )


async def copies_distributed(tx: Tx, year: int) -> Figure:
    """Copies of publications by kind of place."""
    found = await queries.distributions_of_year(tx, year)
    counted: Counter[str] = Counter()
    for each in found:
        counted[each.other] += each.number
    values = {place.value: Value.exact(counted[place]) for place in PLACES}
    titles = sorted({each.code for each in found if each.code})
    return build(
        "copies-distributed",
        "Exemplaires distribués",
        Value.exact(counted.total()),
        year=year,
        unit=" et ".join(f"« {title} »" for title in titles) or f"en {year}",
        definition="Exemplaires des publications du conseil laissés dans l'année, selon le lieu.",
        source="distributions enregistrées.",
        events=[PublicationDistributed],
        updated_at=latest(each.told_at for each in found),
        table=column(
            "Lieu",
            "Exemplaires",
            {place.value: label for place, label in PLACES.items()},
            values,
            Value.exact(counted.total()),
        ),
    )


def _at_least(total: Value, cells: Iterable[Value]) -> Value | str:
    """The total, or what a reader can add up when it is not published."""
    seen = sum(cell.value or 0 for cell in cells)
    return f"{french.number(seen)} ou plus" if total.value is None and seen else total


def _districts(sessions: list[queries.Session]) -> dict[str, str]:
    return {each.district: each.district_name for each in sessions}
