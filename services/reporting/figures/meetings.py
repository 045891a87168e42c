"""Meetings held and due, the yearly duty, the notice given, decisions."""

from __future__ import annotations

from collections import Counter

from schemas.events.bodies import BodyConstituted
from schemas.events.meetings import (
    AnnualObligationFulfilled,
    DecisionKind,
    DecisionRecorded,
    MeetingConvened,
    MeetingHeld,
)
from services.chassis import french
from services.chassis.act import Tx
from services.reporting import queries
from services.reporting.domain.cadence import meetings_due
from services.reporting.figures.building import build, column, latest, table
from services.reporting.figures.model import Figure, Row, Value
from services.reporting.rules import max_days_between

DECISIONS = {
    DecisionKind.ORIENTATION: "Orientations",
    DecisionKind.VALIDATION: "Validations",
    DecisionKind.TASK: "Tâches",
}


async def annual_duty(tx: Tx, year: int) -> Figure:
    """Whether a plenary was held in the presence of prefect and prosecutor."""
    met = await queries.annual_duty(tx, year)
    return build(
        "annual-duty",
        "Obligation annuelle",
        "Remplie" if met else "Pas encore remplie",
        year=year,
        unit=f"le {french.short_date(met[0])}" if met else f"en {year}",
        definition="Une assemblée plénière tenue en présence du préfet et du procureur ou de leurs représentants "
        "spécialement désignés.",
        source="feuilles de présence.",
        events=[AnnualObligationFulfilled],
        updated_at=met[1] if met else None,
    )


async def meetings_held(tx: Tx, year: int) -> Figure:
    """Meetings held and due, by body."""
    bodies = await queries.bodies_of_year(tx, year)
    due = {body.body_id: _due(body, year) for body in bodies}
    rows = [
        Row(
            code=str(body.body_id),
            label=body.name,
            values=[Value.exact(body.held), Value.exact(due[body.body_id]), Value.exact(body.to_come)],
        )
        for body in bodies
    ]
    sums = [Value.exact(sum(row.values[place].value or 0 for row in rows)) for place in range(3)]
    return build(
        "meetings-held",
        "Réunions tenues",
        sums[0],
        year=year,
        unit=f"pour {french.count(sum(due.values()), 'due')}",
        definition="Réunions tenues dans l'année, toutes instances. Les réunions dues suivent la règle de chaque "
        "instance : une plénière par an, deux comités restreints, un groupe tous les trois mois au plus.",
        source="réunions enregistrées.",
        events=[BodyConstituted, MeetingHeld],
        updated_at=latest(body.told_at for body in bodies),
        table=table("Instance", ["Tenues", "Dues", "À venir"], rows, sums),
    )


async def notice_respected(tx: Tx, year: int) -> Figure:
    """Meetings convened with the notice that the rule asks for."""
    in_time, convened, told_at = await queries.notices_of_year(tx, year)
    return build(
        "notice-respected",
        "Délais de convocation respectés",
        Value.exact(in_time),
        year=year,
        unit=f"sur {french.count(convened, 'réunion convoquée', 'réunions convoquées')}",
        definition="Réunions convoquées au moins 15 jours avant pour une plénière, 10 pour le comité restreint, 7 pour "
        "un groupe, selon la règle en vigueur ce jour-là.",
        source="convocations.",
        events=[MeetingConvened],
        updated_at=told_at,
    )


async def decisions(tx: Tx, year: int) -> Figure:
    """Decisions by kind."""
    found = await queries.decisions_of_year(tx, year)
    counted = Counter({each.code: each.number for each in found})
    values = {kind.value: Value.exact(counted[kind]) for kind in DECISIONS}
    total = Value.exact(counted.total())
    return build(
        "decisions",
        "Décisions",
        total,
        year=year,
        unit=f"en {year}",
        definition="Décisions inscrites aux relevés des réunions de l'année.",
        source="relevés de décisions.",
        events=[DecisionRecorded],
        updated_at=latest(each.told_at for each in found),
        table=column("Nature", "Décisions", {kind.value: label for kind, label in DECISIONS.items()}, values, total),
    )


def _due(body: queries.BodyYear, year: int) -> int:
    if body.effective_on is None:
        return 0
    return meetings_due(max_days_between(body.kind, year), body.effective_on, body.dissolved_on, year)
