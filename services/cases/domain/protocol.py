"""The protocol between a mayor and the prosecutor's office: field, delays and what silence means."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from schemas.events.cases import RecallProtocolSigned
from services.chassis.decisions import Aggregate, Decision
from services.chassis.errors import Refusal
from services.chassis.french import full_date


class ProtocolMissing(Refusal):
    sentence = "Aucun protocole signé avec le parquet n'est en vigueur dans cette commune."


class MotiveOutsideProtocol(Refusal):
    sentence = "Ce motif n'est pas prévu par le protocole du {signed_on}."


class UnknownMotive(Refusal):
    status = 422
    sentence = "Le motif « {motive} » n'est pas dans la liste."
    default_field = "motive"


class ProtocolPeriodReversed(Refusal):
    status = 422
    sentence = "La fin de validité précède le début."
    default_field = "valid_until"


class ProtocolInForceBeforeSignature(Refusal):
    status = 422
    sentence = "Le protocole ne peut pas entrer en vigueur avant sa signature."
    default_field = "valid_from"


class ProtocolSignedInTheFuture(Refusal):
    status = 422
    sentence = "La date de signature est dans le futur."
    default_field = "signed_on"


class ProtocolAlreadyInForce(Refusal):
    sentence = "Un protocole est déjà en vigueur dans cette commune pendant cette période."


@dataclass(frozen=True, kw_only=True)
class Protocol(Aggregate):
    """`motives` are codes; `reply_days` calendar days for the office's reply; `valid_until` None: without end."""

    commune: str
    prosecutor_office: str
    signed_on: date
    valid_from: date
    valid_until: date | None
    motives: frozenset[str]
    reply_days: int
    silence_is_clearance: bool

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def overlaps(self, other: Protocol) -> bool:
        return (self.valid_until is None or other.valid_from <= self.valid_until) and (
            other.valid_until is None or self.valid_from <= other.valid_until
        )


def sign_protocol(
    draft: Protocol, *, known_motives: Collection[str], others: Collection[Protocol], today: date
) -> Decision[Protocol]:
    """Puts a signed protocol on record. `others` are those of the same commune.

    Raises UnknownMotive, ProtocolPeriodReversed, ProtocolInForceBeforeSignature, ProtocolSignedInTheFuture or
    ProtocolAlreadyInForce.
    """
    _check_dates(draft, today)
    for motive in sorted(draft.motives):
        if motive not in known_motives:
            raise UnknownMotive(motive=motive, field="motives")
    if any(draft.overlaps(other) for other in others):
        raise ProtocolAlreadyInForce
    return draft.after(
        RecallProtocolSigned(
            protocol_id=draft.id,
            commune=draft.commune,
            signed_on=draft.signed_on,
            valid_from=draft.valid_from,
            valid_until=draft.valid_until,
        )
    )


def _check_dates(draft: Protocol, today: date) -> None:
    if draft.signed_on > today:
        raise ProtocolSignedInTheFuture
    if draft.valid_from < draft.signed_on:
        raise ProtocolInForceBeforeSignature
    if draft.valid_until is not None and draft.valid_until < draft.valid_from:
        raise ProtocolPeriodReversed


def applicable(protocols: Collection[Protocol], motive: str, today: date) -> Protocol:
    """The protocol in force today, known to cover the motive. Raises ProtocolMissing or MotiveOutsideProtocol."""
    found = next((protocol for protocol in protocols if protocol.in_force(today)), None)
    if found is None:
        raise ProtocolMissing
    if motive not in found.motives:
        raise MotiveOutsideProtocol(signed_on=full_date(found.signed_on))
    return found
