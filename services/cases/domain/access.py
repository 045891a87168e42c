"""Who may open which sealed field of a case, and for which reason: closed lists, nothing else opens anything."""

from __future__ import annotations

from enum import StrEnum

from schemas.roles import Role
from services.chassis.errors import NotAllowed
from services.chassis.identity import Principal


class SealedField(StrEnum):
    """What is encrypted at rest, each on its own."""

    NAME = "name"
    BIRTH_DATE = "birth-date"
    ADDRESS = "address"
    REPRESENTATIVES = "representatives"
    FACTS_ON = "facts-on"
    PLACE = "place"
    NARRATIVE = "narrative"


class ReadingReason(StrEnum):
    """Why somebody needs to read who a case is about."""

    SCREEN_REPORT = "screen-report"
    PREPARE_SUMMONS = "prepare-summons"
    HOLD_HEARING = "hold-hearing"
    INFORM_PROSECUTOR = "inform-prosecutor"
    GIVE_OPINION = "give-opinion"
    ANSWER_PERSON = "answer-person"


_FACTS = (SealedField.FACTS_ON, SealedField.PLACE, SealedField.NARRATIVE)
_PERSON = (SealedField.NAME, SealedField.BIRTH_DATE)

OPENS: dict[ReadingReason, tuple[SealedField, ...]] = {
    ReadingReason.SCREEN_REPORT: (*_PERSON, *_FACTS),
    ReadingReason.PREPARE_SUMMONS: (*_PERSON, SealedField.ADDRESS, SealedField.REPRESENTATIVES),
    ReadingReason.HOLD_HEARING: (*_PERSON, SealedField.REPRESENTATIVES, *_FACTS),
    ReadingReason.INFORM_PROSECUTOR: (*_PERSON, *_FACTS),
    ReadingReason.GIVE_OPINION: (*_PERSON, *_FACTS),
    ReadingReason.ANSWER_PERSON: tuple(SealedField),
}

_REASONS_OF: dict[Role, frozenset[ReadingReason]] = {
    Role.COORDINATOR: frozenset(ReadingReason) - {ReadingReason.GIVE_OPINION},
    Role.MAYOR: frozenset(ReadingReason) - {ReadingReason.GIVE_OPINION},
    Role.MUNICIPAL_POLICE: frozenset({ReadingReason.SCREEN_REPORT}),
    Role.PROSECUTOR: frozenset({ReadingReason.GIVE_OPINION}),
}


class ReasonOfAnotherRole(NotAllowed):
    sentence = "Ce motif de consultation ne relève pas de votre fonction."


def reasons_of(by: Principal) -> tuple[ReadingReason, ...]:
    """The reasons that the roles of somebody allow, in the order of the list."""
    allowed = {reason for role, reasons in _REASONS_OF.items() if by.has(role) for reason in reasons}
    return tuple(reason for reason in ReadingReason if reason in allowed)


def fields_opened(by: Principal, reason: ReadingReason) -> tuple[SealedField, ...]:
    """The fields that a reason opens to somebody. Raises ReasonOfAnotherRole."""
    if reason not in reasons_of(by):
        raise ReasonOfAnotherRole
    return OPENS[reason]
