"""Facts about the life of a case: which step, when the next one is due, whose desk it is on. Nothing about anybody.

Topic `cispd.cases`, class B. A fact carries the case's random id, the instrument, the state, the commune and days. It
never carries the case number, the motive, an age, a name or a text: those stay in the service.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from schemas.envelope import Event

INSEE = r"^[0-9][0-9AB][0-9]{3}$"


class Instrument(StrEnum):
    """Which procedure of the mayor a case follows."""

    RECALL = "recall"


class RecallState(StrEnum):
    """Where a rappel à l'ordre stands."""

    REPORTED = "reported"
    CONSULTED = "consulted"
    CLEARED = "cleared"
    OBJECTED = "objected"
    SUMMONED = "summoned"
    NO_SHOW = "no-show"
    DELIVERED = "delivered"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    REJECTED = "rejected"
    CLOSED = "closed"


class Origin(StrEnum):
    """Which kind of body reported the facts; a resident reports through the municipal police."""

    MUNICIPAL_POLICE = "municipal-police"
    NATIONAL_POLICE = "national-police"
    GENDARMERIE = "gendarmerie"
    LANDLORD = "landlord"
    SCHOOL = "school"
    TOWN_SERVICE = "town-service"
    RESIDENT = "resident"


class RejectionReason(StrEnum):
    """Why a report is not followed by a recall."""

    CRIME_DELIT = "CRIME_DELIT"
    PLAINTE = "PLAINTE"
    ENQUETE = "ENQUETE"
    HORS_TERRITOIRE = "HORS_TERRITOIRE"
    AUTEUR_INCONNU = "AUTEUR_INCONNU"
    HORS_PROTOCOLE = "HORS_PROTOCOLE"
    MEDIATION = "MEDIATION"
    OPPOSITION_PARQUET = "OPPOSITION_PARQUET"


class SuspensionReason(StrEnum):
    """What stops a recall as soon as it is known."""

    COMPLAINT = "complaint"
    INVESTIGATION = "investigation"


class RefusalReason(StrEnum):
    """How the person let the recall go by."""

    ABSENCES = "absences"
    DECLINED = "declined"


class RecallProtocolSigned(Event):
    """The commune and the prosecutor's office agreed on the field of the rappel à l'ordre."""

    aggregate: ClassVar[str] = "protocol_id"

    protocol_id: UUID = Field(description="The protocol.")
    commune: str = Field(pattern=INSEE, description="INSEE code of the commune whose mayor signed.")
    signed_on: date = Field(description="Day of the signature.")
    valid_from: date = Field(description="First day in force.")
    valid_until: date | None = Field(default=None, description="Last day in force; absent when without end.")


class _RecallFact(Event):
    """What every fact about one recall says."""

    aggregate: ClassVar[str] = "case_id"

    case_id: UUID = Field(description="Random id of the case; it is not the case number and leads to no person.")
    instrument: Literal[Instrument.RECALL] = Field(default=Instrument.RECALL, description="The procedure.")
    state: RecallState = Field(description="State of the case after the fact.")
    commune: str = Field(pattern=INSEE, description="INSEE code of the commune whose mayor is competent.")
    origin: Origin = Field(description="Kind of body that reported the facts.")


class RecallReported(_RecallFact):
    """Facts were reported to the mayor and are to be screened."""

    screening_due: date = Field(description="Day by which the report should be screened.")


class RecallRejected(_RecallFact):
    """The report will not be followed by a recall."""

    reason_code: RejectionReason = Field(description="Why.")


class ProsecutorConsulted(_RecallFact):
    """The prosecutor's office was asked whether it objects."""

    reply_due: date = Field(description="Last day of the delay that the protocol leaves to the office.")


class ProsecutorClearanceReceived(_RecallFact):
    """The prosecutor's office does not object."""

    by_silence: bool = Field(default=False, description="True when the protocol counts an expired delay as clearance.")


class ProsecutorObjectionReceived(_RecallFact):
    """The prosecutor's office objects: the recall cannot take place."""


class ProsecutorReplyTimedOut(_RecallFact):
    """The delay ran out without a reply, and silence is not clearance."""

    reply_due: date = Field(description="Last day of the delay that ran out.")


class RecallSummonsIssued(_RecallFact):
    """The person is summoned to the town hall by letter."""

    attempt: int = Field(ge=1, description="1 for the first letter, 2 after an absence.")
    hearing_on: date = Field(description="Day of the hearing.")


class RecallHearingRescheduled(_RecallFact):
    """The hearing was moved to another day before it took place."""

    hearing_on: date = Field(description="New day of the hearing.")


class RecallNoShowRecorded(_RecallFact):
    """The person did not come; nothing obliges anyone to come."""

    attempt: int = Field(ge=1, description="Which summons was not followed.")


class RecallRefused(_RecallFact):
    """The person let the recall go by: said so, or was absent as often as the rules allow."""

    reason: RefusalReason = Field(description="How.")


class RecallHearingHeld(_RecallFact):
    """The mayor spoke the recall to the person, in the town hall."""

    held_on: date = Field(description="Day of the hearing.")
    follow_up_due: date = Field(description="Day of the first review.")


class RecallFollowUpDue(_RecallFact):
    """A review of the effect of the recall is due."""

    rank: int = Field(ge=1, description="1 for the first review, 2 for the second.")
    due_on: date = Field(description="Day of the review.")


class RecallSuspended(_RecallFact):
    """A complaint or an investigation became known: nothing more happens until the prosecutor's office has spoken."""

    reason: SuspensionReason = Field(description="What became known.")


class RecallResumed(_RecallFact):
    """The prosecutor's office let a suspended recall go on, from the state it was in."""


class RecallCaseClosed(_RecallFact):
    """The case is closed; its outcome is told to the prosecutor's office by letter only."""

    closed_on: date = Field(description="Day of the closure.")
