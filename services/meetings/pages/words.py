"""The French words of the council's codes. Adjectives agree with what they speak of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from schemas.events.bodies import Authority, BodyKind, InstitutionKind, Seat, Theme
from schemas.events.meetings import AgendaKind, ChangeReason, ConveningReason, DecisionKind, Presence
from services.chassis.web import Option, State
from services.meetings.domain.meeting import MeetingState
from services.meetings.domain.obligations import ObligationState
from services.meetings.domain.plan import PlanState
from services.meetings.queries.plans import PlanRow

MEETING_STATES = {
    MeetingState.PLANNED: State("Planifiée", "coming"),
    MeetingState.CONVENED: State("Convoquée", "running"),
    MeetingState.IN_SESSION: State("En séance", "running"),
    MeetingState.HELD: State("Tenue", "done"),
    MeetingState.HELD_INVALID: State("Tenue, sans effet pour l'obligation annuelle", "risk"),
    MeetingState.CANCELLED: State("Annulée", "waiting"),
}
OBLIGATION_STATES = {
    ObligationState.MET: State("Remplie", "done"),
    ObligationState.ON_TIME: State("Dans les temps", "running"),
    ObligationState.AT_RISK: State("À risque", "risk"),
    ObligationState.BREACHED: State("Manquée", "late"),
}
FORMATIONS = {
    BodyKind.PLENARY: "Formation plénière",
    BodyKind.RESTRICTED: "Formation restreinte",
    BodyKind.GROUP: "Groupe thématique",
}
THEMES = {
    Theme.YOUTH: "Jeunes exposés à la délinquance",
    Theme.FAMILY_VIOLENCE: "Violences faites aux femmes, violences intrafamiliales, aide aux victimes",
    Theme.PUBLIC_TRANQUILLITY: "Tranquillité publique",
    Theme.RADICALISATION: "Prévention de la radicalisation et valeurs de la République",
}
SEATS = {
    Seat.BY_RIGHT: ("Membre de droit", "Membre de droit"),
    Seat.MAYOR: ("Maire", "Maire"),
    Seat.STATE: ("Service de l'État", "Service de l'État"),
    Seat.PARLIAMENT: ("Parlementaire", "Parlementaire"),
    Seat.DESIGNATED: ("Désigné", "Désignée"),
}
AUTHORITIES = {
    Authority.LAW: "par la loi",
    Authority.PREFECT: "par le préfet",
    Authority.PRESIDENT: "par la présidence",
    Authority.OWN_REQUEST: "à sa demande",
}
INSTITUTION_KINDS = {
    InstitutionKind.PREFECTURE: "Préfecture",
    InstitutionKind.PROSECUTION: "Parquet",
    InstitutionKind.INTERCOMMUNAL: "Intercommunalité",
    InstitutionKind.DEPARTMENT: "Département",
    InstitutionKind.COMMUNE: "Commune",
    InstitutionKind.MUNICIPAL_POLICE: "Police municipale",
    InstitutionKind.NATIONAL_POLICE: "Police nationale",
    InstitutionKind.GENDARMERIE: "Gendarmerie",
    InstitutionKind.STATE_SERVICE: "Service de l'État",
    InstitutionKind.EDUCATION: "Éducation",
    InstitutionKind.HOUSING: "Bailleur",
    InstitutionKind.TRANSPORT: "Transport",
    InstitutionKind.SOCIAL: "Action sociale",
    InstitutionKind.ASSOCIATION: "Association",
}
AWAITED = {
    InstitutionKind.PREFECTURE: "la préfecture",
    InstitutionKind.PROSECUTION: "le parquet",
    InstitutionKind.INTERCOMMUNAL: "la présidence",
    InstitutionKind.DEPARTMENT: "le Département",
}
PRESENCES = {
    Presence.PRESENT: ("Présent", "Présente", "done"),
    Presence.REPRESENTED: ("Représenté", "Représentée", "done"),
    Presence.EXCUSED: ("Excusé", "Excusée", "coming"),
    Presence.ABSENT: ("Absent", "Absente", "risk"),
}
DECISION_KINDS = {
    DecisionKind.ORIENTATION: "Orientation",
    DecisionKind.VALIDATION: "Validation",
    DecisionKind.TASK: "Tâche",
}
CONVENING_REASONS = {
    ConveningReason.PRESIDENT: "La présidence, de sa propre initiative",
    ConveningReason.PREFECT: "Le préfet",
    ConveningReason.MAJORITY: "La majorité des membres",
}
CHANGE_REASONS = {
    ChangeReason.ROOM_UNAVAILABLE: "La salle n'est plus disponible",
    ChangeReason.MEMBERS_UNAVAILABLE: "Des membres ne sont pas disponibles",
    ChangeReason.AGENDA_NOT_READY: "L'ordre du jour n'est pas prêt",
    ChangeReason.REQUEST_OF_THE_STATE: "L'État le demande",
    ChangeReason.EXCEPTIONAL_CIRCUMSTANCES: "Circonstances exceptionnelles",
}
AGENDA_KINDS = {
    AgendaKind.ORDINARY: "Point ordinaire",
    AgendaKind.DELINQUENCY: "Évolution de la délinquance (obligatoire une fois par an)",
    AgendaKind.FIPD_REPORT: "Rapport sur les actions financées par le FIPD",
}
AGENDA_NOTES = {
    AgendaKind.ORDINARY: "",
    AgendaKind.DELINQUENCY: "Point obligatoire une fois par an",
    AgendaKind.FIPD_REPORT: "Rapport présenté une fois par an",
}


def options(words: Mapping[Any, str]) -> list[Option]:
    """The choices of a form, in the order of the words."""
    return [Option(str(code), label) for code, label in words.items()]


def meeting_state(state: MeetingState, postponed_from: datetime | None) -> State:
    """A moved meeting says so until it begins."""
    if postponed_from is not None and state in (MeetingState.PLANNED, MeetingState.CONVENED):
        return State("Reportée", "risk")
    return MEETING_STATES[state]


def presence(code: Presence, feminine: bool) -> State:
    masculine_word, feminine_word, shape = PRESENCES[code]
    return State(feminine_word if feminine else masculine_word, shape)  # type: ignore[arg-type]


def seat(code: Seat, feminine: bool) -> str:
    return SEATS[code][feminine]


def plan_state(plan: PlanRow) -> State:
    """« 2 signatures sur 4 » while they are collected."""
    if plan.state is PlanState.VALIDATED:
        word = "signature" if plan.collected < 2 else "signatures"
        return State(f"{plan.collected} {word} sur {plan.required}", "running")
    return {
        PlanState.DRAFTING: State("En rédaction", "coming"),
        PlanState.SUBMITTED: State("Transmis, attend l'assemblée plénière", "waiting"),
        PlanState.SIGNED: State("Signé", "done"),
    }[plan.state]


def meeting_of(kind: BodyKind, name: str) -> str:
    """« Réunion de l'assemblée plénière », « Réunion du groupe « Jeunes exposés » »."""
    lower = name[:1].lower() + name[1:]
    return f"Réunion {'de l’' if kind is BodyKind.PLENARY else 'du '}{lower}"


def the_body(kind: BodyKind, name: str) -> str:
    """« l'assemblée plénière », « le comité restreint »."""
    return f"{'l’' if kind is BodyKind.PLENARY else 'le '}{name[:1].lower() + name[1:]}"
