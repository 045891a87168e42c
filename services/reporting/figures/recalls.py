"""Recalls by month, motive, commune and outcome, under disclosure control."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from schemas.events.cases import RejectionReason
from schemas.events.statistics import RecallOutcome, RecallStage, RecallStatisticRecorded
from services.chassis.act import Tx
from services.chassis.french import MONTHS
from services.reporting import queries
from services.reporting.domain.disclosure import Shown, share
from services.reporting.domain.recalls import RecallCounts, publish_recalls
from services.reporting.figures.building import NOT_YET, build, column
from services.reporting.figures.model import Figure, Value
from services.reporting.rules import SMALL_COMMUNES, commune_groups, motives, rule, smallest

OUTCOMES: dict[str, str] = {
    RecallOutcome.COMPLIED: "Rappel respecté",
    RecallOutcome.REPEATED: "Faits répétés",
    RecallOutcome.MOVED: "Départ de la commune",
    RecallOutcome.REFERRED_FAMILY_COUNCIL: "Orientation vers le CDDF",
    RecallOutcome.REFERRED_MEDIATION: "Orientation vers une médiation",
    RecallOutcome.REFERRED_SOCIAL: "Orientation sociale",
    RecallOutcome.REFERRED_PROSECUTOR: "Transmission au parquet",
    RecallOutcome.UNKNOWN: "Suite inconnue",
}
REASONS: dict[str, str] = {
    RejectionReason.PLAINTE: "Plainte déposée",
    RejectionReason.ENQUETE: "Enquête en cours",
    RejectionReason.CRIME_DELIT: "Crime ou délit",
    RejectionReason.HORS_PROTOCOLE: "Hors du protocole",
    RejectionReason.HORS_TERRITOIRE: "Hors du territoire",
    RejectionReason.AUTEUR_INCONNU: "Auteur inconnu",
    RejectionReason.MEDIATION: "Médiation préférée",
    RejectionReason.OPPOSITION_PARQUET: "Opposition du parquet",
}
ONCE = " Publié une fois, quand l'année est finie."


@dataclass(frozen=True)
class _Breakdown:
    """One way of counting recalls that is published as a figure with its table."""

    id: str
    title: str
    heading: str
    definition: str
    labels: Mapping[str, str]
    rows: Mapping[str, Shown]
    total: Shown


def count_recalls(steps: Sequence[queries.RecallStep], year: int) -> RecallCounts:
    """The true counts of the year, with a row for everything that could occur."""
    known_motives, groups = motives(year), commune_groups(year)
    heard = [step for step in steps if step.stage == RecallStage.HEARD]
    closed = [step for step in steps if step.stage == RecallStage.CLOSED and step.outcome in OUTCOMES]
    rejected = [step for step in steps if step.stage == RecallStage.REJECTED]
    return RecallCounts(
        reported=sum(step.number for step in steps if step.stage == RecallStage.REPORTED),
        rejected_by_reason=_tally(REASONS, ((step.rejection_reason or "", step.number) for step in rejected)),
        heard_by_month=_tally(_months(year), ((step.month.isoformat()[:7], step.number) for step in heard)),
        heard_by_motive=_tally(
            known_motives, ((step.motive if step.motive in known_motives else "OTHER", step.number) for step in heard)
        ),
        heard_by_commune=_tally(
            groups, ((step.commune if step.commune in groups else SMALL_COMMUNES, step.number) for step in heard)
        ),
        closed_by_outcome=_tally(OUTCOMES, ((step.outcome or "", step.number) for step in closed)),
    )


async def recalls(tx: Tx, year: int, *, closed: bool) -> list[Figure]:
    """The recall figures of a year; before its end they are announced and empty.

    Once a year and never before its end: two readings of a running year would tell what happened in between.
    """
    if not closed:
        return [_figure(each, year, published=False) for each in _breakdowns(_nothing(year), year)]
    counts = count_recalls(await queries.recall_steps(tx, year), year)
    found = [_figure(each, year, published=True) for each in _breakdowns(counts, year)]
    return [*found, _complied(counts, year)]


def _breakdowns(counts: RecallCounts, year: int) -> list[_Breakdown]:
    shown = publish_recalls(counts, smallest(year))
    heard = "Rappels prononcés oralement par un maire ou son délégué."
    return [
        _Breakdown(
            "recalls-by-motive", "Rappels à l'ordre prononcés par motif", "Motif",
            heard + " Les dossiers classés avant l'entretien ne comptent pas.",
            motives(year), shown.heard_by_motive, shown.heard,
        ),
        _Breakdown(
            "recalls-by-month", "Rappels à l'ordre prononcés par mois", "Mois",
            heard + " Le mois est celui de l'entretien.", _months(year), shown.heard_by_month, shown.heard,
        ),
        _Breakdown(
            "recalls-by-commune", "Rappels à l'ordre prononcés par commune", "Commune",
            heard + " Les communes de moins de 2 000 habitants forment un seul groupe.",
            commune_groups(year), shown.heard_by_commune, shown.heard,
        ),
        _Breakdown(
            "recalls-by-outcome", "Suites des rappels à l'ordre", "Suite",
            "Rappels prononcés dont le suivi s'est clos dans l'année.", OUTCOMES, shown.closed_by_outcome, shown.closed,
        ),
        _Breakdown(
            "recalls-rejected", "Signalements classés sans suite", "Raison",
            "Signalements qui n'ont pas donné lieu à un rappel, selon la raison.",
            REASONS, shown.rejected_by_reason, shown.rejected,
        ),
    ]  # fmt: skip


def _figure(each: _Breakdown, year: int, *, published: bool) -> Figure:
    values = {row: Value.of(shown, smallest(year)) for row, shown in each.rows.items()}
    total = Value.of(each.total, smallest(year))
    return build(
        each.id,
        each.title,
        total if published else NOT_YET,
        year=year,
        unit=f"en {year}" if published else "après le 31 décembre",
        definition=each.definition + ONCE,
        source="dossiers, données non nominatives.",
        events=[RecallStatisticRecorded],
        updated_at=None,
        table=column(each.heading, "Nombre", each.labels, values, total) if published else None,
    )


def _complied(counts: RecallCounts, year: int) -> Figure:
    """The share of closed recalls that were complied with; hidden when either number of it is."""
    shown = publish_recalls(counts, smallest(year))
    part, base = shown.closed_by_outcome[RecallOutcome.COMPLIED].value, shown.closed.value
    limit = int(rule("disclosure.smallest_base", year))
    percent = None if part is None or base is None else share(part, base, limit)
    return build(
        "recalls-complied",
        "Rappels respectés",
        "non publié" if percent is None else f"{percent} %",
        year=year,
        unit=f"base inférieure à {limit} ou nombre masqué" if percent is None else f"de {base} rappels clos",
        definition="Part des rappels clos dans l'année dont le suivi constate le respect.",
        source="dossiers, données non nominatives.",
        events=[RecallStatisticRecorded],
        updated_at=None,
    ).model_copy(update={"suppressed": percent is None})


def _months(year: int) -> dict[str, str]:
    return {f"{year}-{place:02}": name.capitalize() for place, name in enumerate(MONTHS, start=1)}


def _tally(rows: Iterable[str], found: Iterable[tuple[str, int]]) -> dict[str, int]:
    counted: Counter[str] = Counter(dict.fromkeys(map(str, rows), 0))
    for code, number in found:
        counted[code] += number
    return dict(counted)


def _nothing(year: int) -> RecallCounts:
    return count_recalls([], year)
