"""What may be done with a recall now, and why the rest may not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from schemas.events.cases import RecallState
from schemas.roles import Role
from services.cases import reference, rights
from services.cases.domain import hearing, prosecution, screening, summoning
from services.cases.domain.days import day_of
from services.cases.domain.prosecution import ProsecutorAlreadyReplied, ProsecutorNotConsulted, RecallNotSuspended
from services.cases.domain.recall import Recall, RecallOver, RecallStopped
from services.cases.domain.rules import RecallRules
from services.cases.domain.screening import AlreadyConsulted, RecallAlreadyHeld
from services.cases.domain.summoning import AlreadySummoned, NotSummoned, ProsecutorObjects, RepresentativesOfAnAdult
from services.cases.pages.acts import Possible
from services.chassis.errors import Refusal
from services.chassis.web import Action

_ENDED = (RecallOver, RecallStopped)
_HEARD = frozenset({RecallState.DELIVERED, RecallState.REFUSED})


def acts_of(case: Recall, now: datetime) -> list[Possible]:
    """Every act in the order of the procedure."""
    return [*_consulting(case), *_hearing(case, now), *_ending(case)]


def _consulting(case: Recall) -> list[Possible]:
    asked, reply = screening.check_consultation, prosecution.check_reply
    answered = (ProsecutorAlreadyReplied, ProsecutorNotConsulted)
    return [
        _act(case, "Consulter le parquet", "consulter", rights.COORDINATORS, asked, AlreadyConsulted),
        _act(case, "Rendre un avis", "avis", rights.PROSECUTORS, reply, *answered),
    ]


def _hearing(case: Recall, now: datetime) -> list[Possible]:
    rules = reference.recall_rules(day_of(now))
    mayors, town_hall = rights.MAYORS, rights.TOWN_HALL
    summons, move = summoning.check_summons, summoning.check_new_date
    passed = (NotSummoned, ProsecutorObjects)
    representatives = _check_representatives
    return [
        _act(case, "Préparer la convocation", "convoquer", town_hall, summons, AlreadySummoned, ProsecutorObjects),
        _act(case, "Enregistrer l’entretien", "entretien", mayors, partial(_check_hearing, rules, now), *passed),
        _act(case, "Constater l’absence", "absence", town_hall, partial(_check_absence, now), NotSummoned),
        _act(case, "Changer la date de l’entretien", "nouvelle-date", town_hall, move, NotSummoned),
        _act(
            case,
            "Inscrire les représentants légaux",
            "representants",
            rights.REPORTERS,
            representatives,
            RepresentativesOfAnAdult,
        ),
        _act(case, "Enregistrer le refus de la personne", "refus", town_hall, summoning.check_refusal, NotSummoned),
    ]


def _ending(case: Recall) -> list[Possible]:
    stop, close, reject = Recall.check_alive, hearing.check_closure, screening.check_rejection
    return [
        _act(case, "Clore le dossier", "clore", rights.COORDINATORS, close),
        _act(case, "Suspendre : plainte ou enquête", "suspendre", rights.WATCHERS, stop),
        _act(case, "Reprendre le dossier", "reprendre", rights.PROSECUTORS, _check_resumption, RecallNotSuspended),
        _act(case, "Classer sans suite", "classer", rights.TOWN_HALL, reject, RecallAlreadyHeld),
    ]


def _act(
    case: Recall,
    label: str,
    slug: str,
    allow: frozenset[Role],
    check: Callable[[Recall], None],
    *passed: type[Refusal],
) -> Possible:
    action = Action(label, f"/dossiers/rappels/{case.id}/{slug}")
    return Possible(action=action, allow=allow, check=lambda: check(case), passed=(*_ENDED, *passed))


def _check_hearing(rules: RecallRules, now: datetime, case: Recall) -> None:
    hearing.check_hearing(case, rules)
    if case.hearing_at is not None and now < case.hearing_at:
        raise hearing.HearingInTheFuture


def _check_absence(now: datetime, case: Recall) -> None:
    summoning.check_no_show(case, now)


def _check_representatives(case: Recall) -> None:
    summoning.check_representatives(case)
    if case.state in _HEARD:
        raise RepresentativesOfAnAdult


def _check_resumption(case: Recall) -> None:
    if case.resume_state is None:
        raise RecallNotSuspended
