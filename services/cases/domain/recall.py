"""A rappel à l'ordre (article L. 132-7 of the code de la sécurité intérieure): its state, and what stops every step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from schemas.events.cases import Origin, RecallState, RejectionReason, SuspensionReason
from schemas.events.outreach import AgeBand
from schemas.events.statistics import RecallOutcome
from services.cases.domain.ages import is_minor
from services.chassis.decisions import Aggregate
from services.chassis.errors import Refusal

OVER = frozenset({RecallState.REJECTED, RecallState.CLOSED})
REASON_WORDS = {
    SuspensionReason.COMPLAINT: "une plainte est déposée",
    SuspensionReason.INVESTIGATION: "une enquête est en cours",
}


class RecallOver(Refusal):
    sentence = "Le dossier est clos ou classé : plus rien ne peut y être ajouté."


class RecallStopped(Refusal):
    sentence = "Le dossier est suspendu : {reason}. Il reprend quand le parquet l'a décidé."


@dataclass(frozen=True, kw_only=True)
class Recall(Aggregate):
    """A case without the person: identity and narrative are sealed elsewhere, under this id.

    `number` is for the mayor's staff only. `age_band` is the band on the day of the report; who was a minor then is
    treated as one to the end. `representatives` counts the legal representatives identified. `attempts` counts letters.
    """

    commune: str
    number: str
    origin: Origin
    motive: str
    age_band: AgeBand
    facts_month: date
    reported_at: datetime
    screening_due: date
    representatives: int = 0
    state: RecallState = RecallState.REPORTED
    resume_state: RecallState | None = None
    suspension_reason: SuspensionReason | None = None
    rejection_reason: RejectionReason | None = None
    consulted_at: datetime | None = None
    reply_due: date | None = None
    reply_late: bool = False
    replied_at: datetime | None = None
    attempts: int = 0
    summoned_at: datetime | None = None
    hearing_at: datetime | None = None
    hearing_place: str | None = None
    held_on: date | None = None
    follow_up_due: date | None = None
    reviews_due: int = 0
    outcome: RecallOutcome | None = None
    ended_at: datetime | None = None

    @property
    def minor(self) -> bool:
        return is_minor(self.age_band)

    @property
    def over(self) -> bool:
        return self.state in OVER

    def check_alive(self) -> None:
        """Raises RecallOver or RecallStopped when no step may be taken at all."""
        if self.over:
            raise RecallOver
        if self.suspension_reason is not None:
            raise RecallStopped(reason=REASON_WORDS[self.suspension_reason])

    def fact(self, state: RecallState) -> dict[str, Any]:
        """The fields that every fact about this case carries, once it is in `state`."""
        return {"case_id": self.id, "state": state, "commune": self.commune, "origin": self.origin}
