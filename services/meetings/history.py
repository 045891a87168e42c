"""What is kept of every act on an object: when, which office, what it did, in the past tense."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schemas.envelope import Event
from schemas.events import bodies, meetings, plans
from services.chassis.act import Act
from services.chassis.decisions import Aggregate, Decision
from services.chassis.french import capital, count, full_datetime, typography

_DONE: dict[type[Event], Callable[[Any], str]] = {
    bodies.InstitutionRegistered: lambda fact: "a enregistré l'institution",
    bodies.BodyConstituted: lambda fact: f"a enregistré l'arrêté n° {fact.order_number} qui constitue l'instance",
    bodies.MemberDesignated: lambda fact: f"a enregistré la désignation : {fact.institution_name}",
    bodies.MemberMandateEnded: lambda fact: f"a mis fin au siège : {fact.institution_name}",
    bodies.BodyDissolved: lambda fact: "a enregistré la dissolution de l'instance",
    meetings.MeetingScheduled: lambda fact: "a planifié la réunion",
    meetings.AgendaPrepared: lambda fact: "a préparé la convocation et l'a transmise à la présidence",
    meetings.MeetingConvened: lambda fact: f"a convoqué {count(len(fact.members), 'institution')}",
    meetings.MeetingRescheduled: lambda fact: f"a reporté la réunion au {full_datetime(fact.starts_at)}",
    meetings.MeetingCancelled: lambda fact: "a annulé la réunion",
    meetings.RepresentativeMandated: lambda fact: f"a enregistré un pouvoir : {fact.institution_name}",
    meetings.MeetingOpened: lambda fact: "a ouvert la réunion",
    meetings.AttendanceRecorded: lambda fact: f"a relevé {_presences(len(fact.attendance))}",
    meetings.DecisionRecorded: lambda fact: "a enregistré une décision",
    meetings.MeetingHeld: lambda fact: f"a enregistré la fin de la réunion et {count(fact.decisions, 'décision')}",
    plans.ActionPlanDrafted: lambda fact: "a commencé la rédaction du plan",
    plans.ActionPlanSubmitted: lambda fact: f"a transmis le plan : {fact.body_name}",
    plans.ActionPlanValidated: lambda fact: "a enregistré la validation du plan par l'assemblée plénière",
    plans.ActionPlanSignatureCollected: lambda fact: f"a signé le plan : {fact.institution_name}",
}
_MASCULINE = ("maire", "adjoint", "délégué", "commissaire", "procureur", "substitut", "préfet", "sous-préfet", "chef")
_FEMININE = ("trice", "ente", "ante", "ère", "ière", "euse", "ée", "ète", "eure")


def keep(act: Act, decision: Decision[Aggregate]) -> None:
    """Adds one sentence for each fact that people would tell; the others follow from it."""
    sentences = [
        f"{office(act.by.title)} {_DONE[type(fact)](fact)}." for fact in decision.events if type(fact) in _DONE
    ]
    if sentences:
        act.also(
            "insert into history (object_id, at, sentence) select $1, $2, unnest($3::text[])",
            *(decision.state.id, act.now, [typography(sentence) for sentence in sentences]),
        )


def office(title: str) -> str:
    """« La coordonnatrice », « Le préfet », « L'adjointe »: the office that begins a sentence."""
    if not title:
        return "Le service"
    first = title.split(maxsplit=1)[0].lower()
    if first[0] in "aeiouyéèêàâîôh":
        return f"L'{title}"
    feminine = first.endswith(_FEMININE) and first not in _MASCULINE
    return capital(f"{'la' if feminine else 'le'} {title}")


def _presences(rows: int) -> str:
    return f"la présence de {count(rows, 'institution')}"
