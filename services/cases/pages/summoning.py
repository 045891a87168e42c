"""Pages of the acts from the summons to the closure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.cases import rights
from services.cases.domain.days import day_of
from services.cases.domain.hearing import HeldBy
from services.cases.domain.recall import Recall
from services.cases.pages.deadlines import first_hearing_day
from services.cases.pages.recall_steps import ActPage, add_act
from services.cases.pages.words import ADULTS, HELD_BY, NO_ADULT, OUTCOMES, options
from services.cases.use_cases.close_recall import CloseRecall, close_recall
from services.cases.use_cases.hold_hearing import HoldHearing, hold_hearing
from services.cases.use_cases.issue_summons import IssueSummons, issue_summons
from services.cases.use_cases.record_no_show import RecordNoShow, record_no_show
from services.cases.use_cases.refuse_recall import RefuseRecall, refuse_recall
from services.cases.use_cases.reschedule_hearing import RescheduleHearing, reschedule_hearing
from services.chassis.french import full_date
from services.chassis.http import Look, Routes
from services.chassis.web import Message

routes = Routes()
_SAYS = {
    "hearing_at": "Indiquez la date et l’heure de l’entretien.",
    "place": "Indiquez le lieu de l’entretien.",
}


def _notice(look: Look, case: Recall) -> Mapping[str, Any]:
    first, _ = first_hearing_day(look.now)
    copies = " Une copie est adressée aux représentants légaux." if case.minor else ""
    return {
        "first_day": full_date(first),
        "notice": f"La lettre est neutre : elle ne dit pas le motif.{copies} Elle s’ouvre ensuite depuis le dossier.",
    }


def _summoned(look: Look, case: Recall) -> Mapping[str, Any]:
    return {"hearing_at": case.hearing_at, "place": case.hearing_place}


def _hearing(look: Look, case: Recall) -> Mapping[str, Any]:
    return {
        "held_by": options(HELD_BY),
        "adults": options(ADULTS),
        "no_adult": options(NO_ADULT),
        "minor": case.minor,
    }


def _held(look: Look, case: Recall) -> Mapping[str, Any]:
    return {"held_on": day_of(case.hearing_at) if case.hearing_at else None, "held_by": HeldBy.MAYOR}


ACTS = (
    ActPage(
        slug="convoquer",
        title="Convoquer la personne",
        verb="Convoquer la personne",
        allow=rights.TOWN_HALL,
        command=IssueSummons,
        use_case=issue_summons,
        message=Message("La personne est convoquée.", "Ouvrez la lettre, signez-la et envoyez-la aujourd’hui."),
        headline="La convocation n’est pas prête",
        says=_SAYS,
        context=_notice,
        stored=_summoned,
    ),
    ActPage(
        slug="nouvelle-date",
        title="Changer la date de l’entretien",
        verb="Changer la date",
        allow=rights.TOWN_HALL,
        command=RescheduleHearing,
        use_case=reschedule_hearing,
        message=Message("L’entretien a une nouvelle date.", "Ouvrez la nouvelle lettre et envoyez-la aujourd’hui."),
        template="convoquer",
        headline="La date n’a pas été changée",
        says=_SAYS,
        context=_notice,
        stored=_summoned,
    ),
    ActPage(
        slug="absence",
        title="Constater l’absence",
        verb="Constater l’absence",
        allow=rights.TOWN_HALL,
        command=RecordNoShow,
        use_case=record_no_show,
        message=Message("L’absence est constatée."),
        headline="L’absence n’a pas été constatée",
        context=lambda look, case: {
            "notice": "Rien n’oblige la personne à venir. Après deux absences, le rappel est tenu pour refusé."
        },
    ),
    ActPage(
        slug="refus",
        title="Enregistrer le refus de la personne",
        verb="Enregistrer le refus",
        allow=rights.TOWN_HALL,
        command=RefuseRecall,
        use_case=refuse_recall,
        message=Message("Le refus est enregistré.", "Le dossier se clôt ; le parquet en est informé."),
        context=lambda look, case: {"notice": "Le refus n’entraîne aucune sanction."},
    ),
    ActPage(
        slug="entretien",
        title="Enregistrer l’entretien",
        verb="Enregistrer l’entretien",
        allow=rights.MAYORS,
        command=HoldHearing,
        use_case=hold_hearing,
        message=Message("L’entretien est enregistré.", "La première revue du suivi est inscrite aux échéances."),
        headline="L’entretien n’a pas été enregistré",
        says={"held_on": "Indiquez la date de l’entretien.", "held_by": "Indiquez qui a prononcé le rappel."},
        context=_hearing,
        start=_held,
        stored=lambda look, case: {"held_on": case.held_on},
    ),
    ActPage(
        slug="clore",
        title="Clore le dossier",
        verb="Clore le dossier",
        allow=rights.COORDINATORS,
        command=CloseRecall,
        use_case=close_recall,
        message=Message("Le dossier est clos."),
        headline="Le dossier n’a pas été clos",
        says={"outcome": "Indiquez la suite du rappel."},
        context=lambda look, case: {"outcomes": options(OUTCOMES)},
        stored=lambda look, case: {"outcome": case.outcome},
    ),
)
for act in ACTS:
    add_act(routes, act)
