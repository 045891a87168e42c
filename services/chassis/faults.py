"""Turns what pydantic found wrong into French sentences that say what to do, never repeating the value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_SENTENCES = {
    "missing": "Indiquez cette valeur.",
    "extra_forbidden": "Cette valeur n'est pas attendue ici : retirez-la.",
    "string_too_short": "Écrivez au moins {min_length} caractère(s).",
    "string_too_long": "Écrivez au plus {max_length} caractères.",
    "too_short": "Donnez au moins {min_length} élément(s).",
    "too_long": "Donnez au plus {max_length} éléments.",
    "greater_than": "Le nombre doit être supérieur à {gt}.",
    "greater_than_equal": "Le nombre doit être d'au moins {ge}.",
    "less_than": "Le nombre doit être inférieur à {lt}.",
    "less_than_equal": "Le nombre doit être d'au plus {le}.",
    "timezone_aware": "Précisez le fuseau horaire, par exemple 2017-01-20T14:00:00+01:00.",
    "literal_error": "Choisissez une valeur de la liste : {expected}.",
    "enum": "Choisissez une valeur de la liste : {expected}.",
    "string_pattern_mismatch": "La valeur n'a pas la forme attendue.",
}
_BY_PREFIX = (
    ("date_", "Indiquez une date qui existe, par exemple 2017-01-20."),
    ("datetime_", "Indiquez une date et une heure qui existent, par exemple 2017-01-20T14:00:00+01:00."),
    ("time_", "Indiquez une heure qui existe, par exemple 14:30."),
    ("uuid_", "Donnez un identifiant au format UUID."),
    ("int_", "Donnez un nombre entier."),
    ("float_", "Donnez un nombre."),
    ("decimal_", "Donnez un nombre décimal."),
    ("bool_", "Répondez par vrai ou faux."),
    ("string_", "Donnez un texte."),
    ("list_", "Donnez une liste."),
    ("dict_", "Donnez un objet."),
    ("model_", "Donnez un objet."),
    ("url_", "Donnez une adresse complète, qui commence par https."),
)
_OTHERWISE = "Corrigez cette valeur."
_LAST_CHOICE = re.compile(r" or (?=('[^']*'|[\d.]+)$)")


def faults_of(
    errors: Iterable[Mapping[str, Any]], *, skip: frozenset[str] = frozenset({"body"})
) -> list[tuple[str, str]]:
    """(dotted field, sentence) for each of pydantic's `errors()`; a leading location in `skip` is left out."""
    return [(_field(error["loc"], skip), _sentence(error)) for error in errors]


def _field(location: Iterable[Any], skip: frozenset[str]) -> str:
    parts = [str(part) for part in location]
    return ".".join(parts[1:] if parts and parts[0] in skip else parts)


def _sentence(error: Mapping[str, Any]) -> str:
    kind = error["type"]
    if kind == "value_error":
        return str(error.get("ctx", {}).get("error", _OTHERWISE))
    if kind in _SENTENCES:
        return _SENTENCES[kind].format_map({key: _french(value) for key, value in error.get("ctx", {}).items()})
    return next((sentence for prefix, sentence in _BY_PREFIX if kind.startswith(prefix)), _OTHERWISE)


def _french(value: Any) -> Any:
    """pydantic lists what it expects as « 'a', 'b' or 'c' », in English."""
    return _LAST_CHOICE.sub(" ou ", value) if isinstance(value, str) else value
