"""Coded facts for counting recalls, without anything that joins them to a case or to each other.

Topic `cispd.statistics`, class C, read by reporting only. Each fact has its own random id, used once; days are cut to
the month.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field, field_validator

from schemas.envelope import Event
from schemas.events.cases import INSEE, Origin, RejectionReason
from schemas.events.outreach import AgeBand


class RecallStage(StrEnum):
    """The step that is counted."""

    REPORTED = "reported"
    REJECTED = "rejected"
    CONSULTED = "consulted"
    CLEARED = "cleared"
    OBJECTED = "objected"
    SUMMONED = "summoned"
    ABSENT = "absent"
    REFUSED = "refused"
    HEARD = "heard"
    CLOSED = "closed"


class RecallOutcome(StrEnum):
    """What became of a recall, as known at its closure."""

    COMPLIED = "complied"
    REPEATED = "repeated"
    UNKNOWN = "unknown"
    MOVED = "moved"
    NOT_HELD = "not-held"
    REFERRED_FAMILY_COUNCIL = "referred-family-council"
    REFERRED_MEDIATION = "referred-mediation"
    REFERRED_SOCIAL = "referred-social"
    REFERRED_PROSECUTOR = "referred-prosecutor"


class RecallStatisticRecorded(Event):
    """One recall, somewhere, reached a stage during a month."""

    aggregate: ClassVar[str] = "statistic_id"

    statistic_id: UUID = Field(description="Random, used once: it joins this fact to nothing.")
    stage: RecallStage = Field(description="The step that is counted.")
    month: date = Field(description="First day of the month in which the stage was reached.")
    commune: str = Field(pattern=INSEE, description="INSEE code of the commune.")
    motive: str = Field(
        pattern=r"^[A-Z][A-Z_]{2,29}$", description="Code of the motive, from the list of the protocols."
    )
    age_band: AgeBand = Field(description="Age band of the person at the time of the report.")
    origin: Origin = Field(description="Kind of body that reported the facts.")
    outcome: RecallOutcome | None = Field(default=None, description="Set when the stage is `closed`.")
    rejection_reason: RejectionReason | None = Field(default=None, description="Set when the stage is `rejected`.")

    @field_validator("month")
    @classmethod
    def _first_of_a_month(cls, month: date) -> date:
        if month.day != 1:
            raise ValueError("the month is written as its first day")
        return month
