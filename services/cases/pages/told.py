"""The report, the rest of the procedure and the history of a case, in words."""

from __future__ import annotations

from datetime import datetime

from schemas.events.cases import RecallState
from services.cases import reference
from services.cases.domain.days import day_of
from services.cases.domain.recall import Recall
from services.cases.pages.words import DONE, ORIGINS, OUTCOMES, REJECTIONS, SUSPENSIONS, motive_label
from services.cases.queries.recalls import HistoryLine
from services.chassis.french import month, short_date, typography
from services.chassis.web import Due, Entry, Fact

_FORWARD = (
    RecallState.REPORTED,
    RecallState.CONSULTED,
    RecallState.CLEARED,
    RecallState.SUMMONED,
    RecallState.NO_SHOW,
    RecallState.DELIVERED,
)

_STEPS = (
    Due("Consulter le parquet", why="Avant toute convocation, sous un protocole en vigueur.", when="Coordination"),
    Due(
        "Rendre un avis",
        why="Le silence ne vaut pas avis favorable, sauf si le protocole le prévoit.",
        when="Parquet",
    ),
    Due(
        "Convoquer la personne",
        why="Lettre neutre, sans le motif sur l’enveloppe ni dans un courriel.",
        when="Mairie",
    ),
    Due(
        "Tenir l’entretien et prononcer le rappel",
        why="Oralement. Rien n’oblige la personne à venir ; deux convocations au plus.",
        when="Maire ou délégué",
    ),
    Due(
        "Suivre et clore",
        why="Le parquet est informé de la suite ; le service qui a signalé apprend seulement que le dossier est clos.",
        when="Coordination",
    ),
)


def report_facts(case: Recall, now: datetime, facts_shown: bool) -> list[Fact]:
    """What was reported, without the person."""
    today = day_of(now)
    motive = reference.motives(today).get(case.motive)
    basis = f"{case.motive}, {motive.basis}" if motive and motive.basis else case.motive
    facts = [
        Fact("Motif", motive_label(case.motive, today), basis),
        Fact("Origine", ORIGINS[case.origin]),
        Fact("Période des faits", month(case.facts_month)),
    ]
    if case.consulted_at:
        facts.append(
            Fact(
                "Vérifications",
                typography(
                    f"Ni plainte ni enquête connue au {short_date(case.consulted_at)} ; motif prévu par le protocole."
                ),
            )
        )
    if case.minor:
        facts.append(Fact("Représentants légaux", _representatives(case.representatives)))
    facts.append(Fact("Récit", "Affiché avec l’identité." if facts_shown else "Masqué avec l’identité."))
    return facts + _ends(case)  # fmt: skip


def _representatives(count: int) -> str:
    return "Pas encore identifiés" if not count else "Identifiés, masqués avec l’identité"


def _ends(case: Recall) -> list[Fact]:
    facts = []
    if case.suspension_reason:
        facts.append(Fact("Suspension", SUSPENSIONS[case.suspension_reason]))
    if case.rejection_reason:
        facts.append(Fact("Classement sans suite", REJECTIONS[case.rejection_reason]))
    if case.outcome:
        facts.append(Fact("Suite", OUTCOMES[case.outcome]))
    return facts


def next_steps(case: Recall) -> list[Due]:
    """The rest of the procedure: who is awaited, and for what."""
    if case.state not in _FORWARD:
        return []
    reached = min(_FORWARD.index(case.state), 4) if case.state is not RecallState.NO_SHOW else 2
    if case.state is RecallState.DELIVERED:
        reached = 4
    return [due for rank, due in enumerate(_STEPS) if rank >= reached]


def history_entries(lines: list[HistoryLine]) -> list[Entry]:
    """Latest first, one sentence each; the person is not named."""
    return [Entry(line.at, f"{_who(line)} {DONE.get(line.act, 'a complété le dossier')}.") for line in lines]


def _who(line: HistoryLine) -> str:
    if not line.by_name:
        return "Le service"
    return f"{line.by_name}, {line.by_title}," if line.by_title else line.by_name
