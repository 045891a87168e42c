"""The French words of this service's codes."""

from __future__ import annotations

from datetime import datetime

from schemas.events.bodies import InstitutionKind
from schemas.events.deliveries import AboutKind, Channel, FailureReason
from services.chassis.french import hour, local, short_date
from services.chassis.web import State
from services.notifications.domain.delivery import DeliveryState

STATES: dict[DeliveryState, State] = {
    DeliveryState.PENDING: State("En attente d'envoi", "coming"),
    DeliveryState.SENDING: State("En cours d'envoi", "running"),
    DeliveryState.RETRYING: State("Nouvel essai prévu", "running"),
    DeliveryState.SENT: State("Envoyé", "done"),
    DeliveryState.NO_ADDRESS: State("Sans adresse", "risk"),
    DeliveryState.FAILED: State("Non remis", "late"),
    DeliveryState.WITHDRAWN: State("Sans objet", "waiting"),
}
REASONS: dict[FailureReason, str] = {
    FailureReason.REFUSED_BY_SERVER: "Le serveur du destinataire a refusé le message.",
    FailureReason.ADDRESS_REFUSED: "Le serveur du destinataire ne connaît pas cette adresse.",
    FailureReason.TOO_MANY_ATTEMPTS: "Le serveur du destinataire demandait d'attendre ; tous les essais sont passés.",
    FailureReason.NO_LONGER_TRUE: "Un envoi plus récent l'a remplacé avant son départ.",
}
CHANNELS = {Channel.EMAIL: "Courriel", Channel.WEBHOOK: "Système du partenaire"}
BY = {Channel.EMAIL: "par courriel", Channel.WEBHOOK: "de système à système"}
KINDS: dict[str, str] = {
    InstitutionKind.PREFECTURE: "Préfecture",
    InstitutionKind.PROSECUTION: "Parquet",
    InstitutionKind.INTERCOMMUNAL: "Intercommunalité",
    InstitutionKind.DEPARTMENT: "Département",
    InstitutionKind.COMMUNE: "Commune",
    InstitutionKind.MUNICIPAL_POLICE: "Police municipale",
    InstitutionKind.NATIONAL_POLICE: "Police nationale",
    InstitutionKind.GENDARMERIE: "Gendarmerie",
    InstitutionKind.STATE_SERVICE: "Service de l’État",
    InstitutionKind.EDUCATION: "Éducation nationale",
    InstitutionKind.HOUSING: "Bailleur",
    InstitutionKind.TRANSPORT: "Transports",
    InstitutionKind.SOCIAL: "Action sociale",
    InstitutionKind.ASSOCIATION: "Association",
}
ABOUT = {
    AboutKind.MEETING: ("Voir la réunion", "/conseil/reunions/{id}"),
    AboutKind.PLAN: ("Voir le plan", "/conseil/plans/{id}"),
    AboutKind.DROP_IN_SESSION: ("Voir les permanences", "/terrain/permanences"),
    AboutKind.PUBLICATION: ("Voir les publications", "/terrain/publications"),
    AboutKind.CASE: ("Ouvrir le dossier", "/dossiers/rappels/{id}"),
}


def state_of(state: DeliveryState, due_at: datetime | None, now: datetime) -> State:
    """The state in words; a retry says when: « Nouvel essai à 15 h », « Nouvel essai le 4 janvier à 8 h »."""
    if state is not DeliveryState.RETRYING or due_at is None:
        return STATES[state]
    day = "" if local(due_at).date() == local(now).date() else f"le {short_date(due_at, year=False)} "
    return State(f"Nouvel essai {day}à {hour(due_at)}", "running")
