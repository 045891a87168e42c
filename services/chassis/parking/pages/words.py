"""Reasons, outcomes and ages in French, for the operator."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from services.chassis import french
from services.chassis.parking.hand import COMMAND_LINE
from services.chassis.web.parts import State


@dataclass(frozen=True)
class Reason:
    """`said` is what happened, `todo` what to do next."""

    label: str
    said: str
    todo: str
    shape: str = "late"


_MEND = "Corrigez la cause, puis rejouez. Rien n'est perdu tant que l'enregistrement attend ici."
REASONS = {
    "NotAnEnvelope": Reason(
        "En-têtes illisibles",
        "Les en-têtes CloudEvents manquent ou ne se lisent pas.",
        "Signalez-le au producteur. Rejouer n'y change rien : quand le fait est republié, écartez cet enregistrement.",
    ),
    "NotJson": Reason(
        "Contenu illisible",
        "Le contenu n'est pas du JSON.",
        "Signalez-le au producteur. Quand le fait est republié, écartez cet enregistrement.",
    ),
    "ModelRejected": Reason(
        "Modèle non respecté",
        "Le contenu ne suit pas le contrat publié.",
        "Comparez le contrat du producteur et le nôtre. Mettez à jour celui qui se trompe, puis rejouez.",
    ),
    "WrongKey": Reason(
        "Clé contraire",
        "La clé de l'enregistrement n'est pas celle de son enveloppe.",
        "Signalez-le au producteur. Quand le fait est republié sous la bonne clé, écartez cet enregistrement.",
    ),
    "WrongTopic": Reason(
        "Sujet contraire",
        "Ce fait n'est pas de ceux que porte ce sujet.",
        "Signalez-le au producteur. Quand le fait est republié sur le bon sujet, écartez cet enregistrement.",
    ),
    "HandlerFailed": Reason("Traitement en échec", "Le service a échoué en appliquant ce fait.", _MEND),
    "Refused": Reason("Règle du service", "Une règle du service refuse ce fait.", _MEND),
    "Untried": Reason(
        "À rejouer",
        "L'enregistrement qu'il attendait est réglé ; celui-ci n'a pas encore été essayé.",
        "Rejouez-le.",
        "risk",
    ),
    "BehindParked": Reason(
        "En attente",
        "Un enregistrement antérieur de la même clé attend encore.",
        "Réglez d'abord celui qui arrête la clé : celui-ci suivra dans l'ordre.",
        "waiting",
    ),
}
_FIELD_FAULTS = {
    "missing": "absent",
    "extra_forbidden": "inattendu",
    "enum": "hors de la liste",
    "literal_error": "hors de la liste",
}
_SKIPPED = {
    "rebuilt": "appliqué par une reconstruction",
    "duplicate": "déjà connu sous une version plus récente",
    "tombstone": "sans contenu",
    "unknown_type": "type inconnu, passé",
    "not_subscribed": "type que ce service ne lit pas, passé",
}


def reason_of(code: str) -> Reason:
    return REASONS.get(code, Reason(code, "Le service n'a pas pu appliquer ce fait.", _MEND))


def badge_of(code: str) -> State:
    reason = reason_of(code)
    return State(reason.label, reason.shape)  # type: ignore[arg-type]


def told(code: str, detail: str) -> str:
    """What happened, with what the detail adds: fields, a constraint, a kind of error."""
    said, more = reason_of(code).said, _more(code, detail)
    return french.typography(f"{said} {more}".strip())


def _more(code: str, detail: str) -> str:
    if code == "ModelRejected":
        faults = re.findall(r"([^\s;:]+): (\w+)", detail)
        return " ".join(f"Champ « {name} » {_FIELD_FAULTS.get(kind, 'mal formé')}." for name, kind in faults)
    if code == "HandlerFailed":
        return _of_database(detail) or f"Erreur : {detail.partition(' ')[0]}."
    if code == "Refused":
        return f"Règle : {detail}."
    place = re.search(r"from byte (\d+)", detail)
    return f"Lecture arrêtée à l'octet {place[1]}." if place else ""


def _of_database(detail: str) -> str:
    known = dict(re.findall(r"(constraint_name|table_name|sqlstate)=(\S+)", detail))
    if "constraint_name" in known:
        return f"La règle « {known['constraint_name']} » de la table « {known.get('table_name', '?')} » le refuse."
    return f"La base répond par l'erreur {known['sqlstate']}." if "sqlstate" in known else ""


def skipped(why: str) -> str:
    return _SKIPPED.get(why, why)


def person(by: str) -> str:
    """« Karim Ledoux » of « Karim Ledoux (karim.ledoux) »."""
    if by.startswith(COMMAND_LINE):
        return f"En ligne de commande, {by.removeprefix(COMMAND_LINE).lstrip(': ')}"
    return re.sub(r" \([^()]*\)$", "", by)


def age(since: timedelta) -> str:
    """« 12 minutes », « 2 h 10 », « 3 jours »."""
    minutes = max(int(since.total_seconds()) // 60, 0)
    if minutes == 0:
        return "Moins d’une minute"
    if minutes < 60:
        return french.count(minutes, "minute")
    if minutes < 48 * 60:
        return french.typography(f"{minutes // 60} h {minutes % 60:02}")
    return french.count(minutes // (24 * 60), "jour")
