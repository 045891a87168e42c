"""French words of the codes of this service, as pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from schemas.events.cases import Origin, RecallState, RejectionReason, SuspensionReason
from schemas.events.outreach import AgeBand, Orientation, PlaceType, PublicationKind, VisitTheme
from schemas.events.statistics import RecallOutcome
from services.cases import reference
from services.cases.domain.access import ReadingReason, SealedField
from services.cases.domain.drop_in_session import SessionState
from services.cases.domain.hearing import AdultImpossible, AdultPresent, HeldBy
from services.cases.domain.publication import PublicationState
from services.cases.person import Capacity
from services.chassis.web import Option, State

K = TypeVar("K")

RECALL_STATES: dict[RecallState, State] = {
    RecallState.REPORTED: State("À l’examen", "coming"),
    RecallState.CONSULTED: State("Parquet consulté", "waiting"),
    RecallState.CLEARED: State("Avis favorable du parquet", "running"),
    RecallState.OBJECTED: State("Opposition du parquet", "late"),
    RecallState.SUMMONED: State("Convoqué", "running"),
    RecallState.NO_SHOW: State("Absent", "risk"),
    RecallState.DELIVERED: State("Prononcé", "done"),
    RecallState.REFUSED: State("Refusé", "risk"),
    RecallState.SUSPENDED: State("Suspendu", "waiting"),
    RecallState.REJECTED: State("Classé sans suite", "waiting"),
    RecallState.CLOSED: State("Clos", "done"),
}
ORIGINS: dict[Origin, str] = {
    Origin.MUNICIPAL_POLICE: "Police municipale",
    Origin.NATIONAL_POLICE: "Police nationale",
    Origin.GENDARMERIE: "Gendarmerie nationale",
    Origin.LANDLORD: "Bailleur",
    Origin.SCHOOL: "Établissement scolaire",
    Origin.TOWN_SERVICE: "Service de la ville",
    Origin.RESIDENT: "Habitante ou habitant, par la police municipale",
}
REPORTED_BY: dict[Origin, str] = {
    Origin.MUNICIPAL_POLICE: "signalé par la police municipale",
    Origin.NATIONAL_POLICE: "signalé par la police nationale",
    Origin.GENDARMERIE: "signalé par la gendarmerie",
    Origin.LANDLORD: "signalé par un bailleur",
    Origin.SCHOOL: "signalé par un établissement scolaire",
    Origin.TOWN_SERVICE: "signalé par un service de la ville",
    Origin.RESIDENT: "signalé par une personne habitant la commune",
}
REJECTIONS: dict[RejectionReason, str] = {
    RejectionReason.CRIME_DELIT: "Les faits peuvent être un crime ou un délit",
    RejectionReason.PLAINTE: "Une plainte est déposée",
    RejectionReason.ENQUETE: "Une enquête est en cours",
    RejectionReason.HORS_TERRITOIRE: "Les faits ou la personne ne relèvent pas de la commune",
    RejectionReason.AUTEUR_INCONNU: "L’auteur des faits n’est pas identifié",
    RejectionReason.HORS_PROTOCOLE: "Le motif n’est pas prévu par le protocole",
    RejectionReason.MEDIATION: "Une médiation est préférée",
    RejectionReason.OPPOSITION_PARQUET: "Le parquet s’est opposé",
}
SUSPENSIONS: dict[SuspensionReason, str] = {
    SuspensionReason.COMPLAINT: "Une plainte est déposée",
    SuspensionReason.INVESTIGATION: "Une enquête est en cours",
}
OUTCOMES: dict[RecallOutcome, str] = {
    RecallOutcome.COMPLIED: "La personne s’est conformée au rappel",
    RecallOutcome.REPEATED: "Les faits se sont répétés",
    RecallOutcome.UNKNOWN: "Suite inconnue",
    RecallOutcome.MOVED: "La personne a quitté la commune",
    RecallOutcome.NOT_HELD: "L’entretien n’a pas eu lieu",
    RecallOutcome.REFERRED_FAMILY_COUNCIL: "Orientation vers le conseil des droits et devoirs des familles",
    RecallOutcome.REFERRED_MEDIATION: "Orientation vers une médiation",
    RecallOutcome.REFERRED_SOCIAL: "Orientation vers les services sociaux",
    RecallOutcome.REFERRED_PROSECUTOR: "Retour au parquet",
}
AGE_BANDS: dict[AgeBand, str] = {
    AgeBand.UNDER_13: "moins de 13 ans",
    AgeBand.FROM_13: "13 à 15 ans",
    AgeBand.FROM_16: "16 ou 17 ans",
    AgeBand.FROM_18: "18 à 25 ans",
    AgeBand.FROM_26: "26 ans ou plus",
}
REASONS: dict[ReadingReason, str] = {
    ReadingReason.SCREEN_REPORT: "Examiner le signalement",
    ReadingReason.PREPARE_SUMMONS: "Préparer la convocation",
    ReadingReason.HOLD_HEARING: "Tenir l’entretien",
    ReadingReason.INFORM_PROSECUTOR: "Répondre au parquet",
    ReadingReason.GIVE_OPINION: "Rendre l’avis du parquet",
    ReadingReason.ANSWER_PERSON: "Répondre à une demande de la personne (accès, rectification)",
}
FIELDS: dict[SealedField, str] = {
    SealedField.NAME: "nom",
    SealedField.BIRTH_DATE: "date de naissance",
    SealedField.ADDRESS: "adresse",
    SealedField.REPRESENTATIVES: "représentants légaux",
    SealedField.FACTS_ON: "date des faits",
    SealedField.PLACE: "lieu des faits",
    SealedField.NARRATIVE: "récit",
}
CAPACITIES: dict[Capacity, str] = {
    Capacity.MOTHER: "Mère",
    Capacity.FATHER: "Père",
    Capacity.GUARDIAN: "Tutrice ou tuteur",
    Capacity.INSTITUTION: "Service ou établissement",
}
HELD_BY: dict[HeldBy, str] = {HeldBy.MAYOR: "Le maire ou la maire", HeldBy.DELEGATE: "La personne déléguée"}
ADULTS: dict[AdultPresent, str] = {
    AdultPresent.PARENT: "Un parent",
    AdultPresent.LEGAL_REPRESENTATIVE: "Un représentant légal",
    AdultPresent.EDUCATOR: "Une personne exerçant une responsabilité éducative",
}
NO_ADULT: dict[AdultImpossible, str] = {
    AdultImpossible.NOT_FOUND: "Aucun adulte n’a pu être joint",
    AdultImpossible.DID_NOT_COME: "L’adulte convoqué n’est pas venu",
    AdultImpossible.AGAINST_INTEREST: "Sa présence était contraire à l’intérêt de la personne mineure",
}
SESSION_STATES: dict[SessionState, State] = {
    SessionState.PLANNED: State("Planifiée", "coming"),
    SessionState.PUBLISHED: State("Publiée", "running"),
    SessionState.HELD: State("Tenue", "done"),
    SessionState.CANCELLED: State("Annulée", "waiting"),
}
THEMES: dict[VisitTheme, str] = {
    VisitTheme.YOUTH: "Jeunesse",
    VisitTheme.DOMESTIC_VIOLENCE: "Violences intrafamiliales",
    VisitTheme.TRANQUILLITY: "Tranquillité publique",
    VisitTheme.RIGHTS: "Accès aux droits",
    VisitTheme.OTHER: "Autre",
}
ORIENTATIONS: dict[Orientation, str] = {
    Orientation.INFORMATION: "Information donnée sur place",
    Orientation.SOCIAL_SERVICES: "Services sociaux",
    Orientation.VICTIM_SUPPORT: "Aide aux victimes",
    Orientation.MEDIATION: "Médiation",
    Orientation.POLICE: "Police ou gendarmerie",
    Orientation.LEGAL_ADVICE: "Point-justice",
    Orientation.YOUTH_SERVICES: "Services de la jeunesse",
}
PUBLICATION_STATES: dict[PublicationState, State] = {
    PublicationState.DRAFT: State("En rédaction", "coming"),
    PublicationState.VERIFIED: State("Numéros vérifiés", "running"),
    PublicationState.APPROVED: State("Approuvé", "running"),
    PublicationState.PUBLISHED: State("Publié", "done"),
    PublicationState.DISTRIBUTED: State("Distribué", "done"),
    PublicationState.SUPERSEDED: State("Remplacé", "waiting"),
}
KINDS: dict[PublicationKind, str] = {PublicationKind.FLYER: "Dépliant", PublicationKind.GUIDE: "Guide"}
PLACES: dict[PlaceType, str] = {
    PlaceType.TOWN_HALL: "Mairie",
    PlaceType.SOCIAL_CENTRE: "Centre social",
    PlaceType.SCHOOL: "Établissement scolaire",
    PlaceType.HEALTH: "Cabinet, pharmacie ou hôpital",
    PlaceType.SHOP: "Commerce",
    PlaceType.POLICE_STATION: "Commissariat, gendarmerie ou poste de police",
    PlaceType.ASSOCIATION: "Association",
    PlaceType.PUBLIC_EVENT: "Manifestation publique",
}
DONE: dict[str, str] = {
    "RecallReported": "a signalé les faits",
    "RecallRejected": "a classé le dossier sans suite",
    "ProsecutorConsulted": "a consulté le parquet",
    "ProsecutorClearanceReceived": "a enregistré l’avis favorable du parquet",
    "ProsecutorObjectionReceived": "a enregistré l’opposition du parquet",
    "ProsecutorReplyTimedOut": "a constaté la fin du délai de réponse du parquet",
    "RecallSummonsIssued": "a convoqué la personne",
    "RecallHearingRescheduled": "a changé la date de l’entretien",
    "RecallNoShowRecorded": "a constaté l’absence de la personne",
    "RecallRefused": "a enregistré le refus du rappel",
    "RecallHearingHeld": "a enregistré l’entretien",
    "RecallFollowUpDue": "a ouvert une revue du suivi",
    "RecallSuspended": "a suspendu le dossier",
    "RecallResumed": "a repris le dossier",
    "RecallCaseClosed": "a clos le dossier",
    "RepresentativesIdentified": "a inscrit les représentants légaux",
}


def options(words: Mapping[K, str]) -> list[Option]:
    """The choices of a form, in the order of the words."""
    return [Option(str(code), label) for code, label in words.items()]


def commune_name(code: str, on: date) -> str:
    """The name of a commune, or its code when it is not a member."""
    return reference.communes(on).get(code, code)


def motive_label(code: str, on: date) -> str:
    """The label of a motive, or its code when it is no longer in force."""
    found = reference.motives(on).get(code)
    return found.label if found else code
