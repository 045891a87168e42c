"""One thing told to one institution by one channel, from the moment it is due until its proof or its reason.

pending → sending → sent | retrying → sending … | failed; no-address → sending once the directory knows one; withdrawn
when it stopped being true before it left. Unique per cause, institution and channel, so that nobody is told twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID, uuid5

from schemas.events.deliveries import (
    AboutKind,
    Channel,
    DeliveryFailed,
    DeliveryScheduled,
    DeliverySent,
    DeliverySubject,
    FailureReason,
)
from services.chassis.decisions import Aggregate, Decision
from services.notifications.domain.refusals import DeliveryNotFailed
from services.notifications.domain.retrying import ATTEMPTS_MAX, next_attempt

_CAUSES = UUID("5f0c1e0a-7f4e-5b0b-9a55-3f3f0a1d7c11")


class DeliveryState(StrEnum):
    PENDING = "pending"
    NO_ADDRESS = "no-address"
    SENDING = "sending"
    RETRYING = "retrying"
    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


def delivery_id(cause_id: str, institution_id: UUID, channel: Channel) -> UUID:
    """The same for the same cause, institution and channel, so that a cause told again finds its delivery."""
    return uuid5(_CAUSES, f"{cause_id}/{institution_id}/{channel}")


@dataclass(frozen=True, kw_only=True)
class Delivery(Aggregate):
    """`letter` and `entry` are what is sent, as JSON; `proof` is the receiving server's last word."""

    cause_id: str
    institution_id: UUID
    channel: Channel
    subject: DeliverySubject
    about: AboutKind
    about_id: UUID
    state: DeliveryState
    due_at: datetime | None
    created_at: datetime
    urgent: bool = False
    attempts: int = 0
    sent_at: datetime | None = None
    reason: FailureReason | None = None
    proof: str | None = None
    sent_to: str | None = None
    letter: dict[str, Any] = field(default_factory=dict)
    entry: dict[str, Any] | None = None
    correlation_id: str = ""
    traceparent: str | None = None

    def scheduled(self) -> Decision[Self]:
        """The first decision about a delivery just made."""
        return self.after(self._asked(known=self.state is not DeliveryState.NO_ADDRESS))

    def claimed(self) -> Self:
        """Taken by a worker; the attempt counts from here. No fact: nobody outside is told of an attempt."""
        return self.after(state=DeliveryState.SENDING, attempts=self.attempts + 1).state

    def accepted(self, *, at: datetime, proof: str, sent_to: str) -> Decision[Self]:
        """The receiving server took it."""
        fact = DeliverySent(**self._who(), attempts=self.attempts, sent_at=at)
        return self.after(
            fact, state=DeliveryState.SENT, sent_at=at, proof=proof, sent_to=sent_to, due_at=None, reason=None
        )

    def deferred(self, *, at: datetime, proof: str) -> Decision[Self]:
        """The receiving server asked to come back later: a new attempt, or the end after ATTEMPTS_MAX."""
        if self.attempts >= ATTEMPTS_MAX:
            return self.refused(reason=FailureReason.TOO_MANY_ATTEMPTS, proof=proof)
        due = next_attempt(self.attempts, at, urgent=self.urgent)
        return self.after(state=DeliveryState.RETRYING, due_at=due, proof=proof)

    def refused(self, *, reason: FailureReason, proof: str) -> Decision[Self]:
        """The receiving server will never take it."""
        fact = DeliveryFailed(**self._who(), attempts=self.attempts, reason=reason)
        return self.after(fact, state=DeliveryState.FAILED, due_at=None, reason=reason, proof=proof)

    def returned(self, *, due_at: datetime) -> Self:
        """Our own way out is closed (no server answered): the attempt does not count against the message."""
        state = DeliveryState.RETRYING if self.attempts > 1 else DeliveryState.PENDING
        return self.after(state=state, attempts=self.attempts - 1, due_at=due_at).state

    def without_address(self) -> Self:
        """The directory lost the address between the plan and the attempt."""
        return self.after(state=DeliveryState.NO_ADDRESS, attempts=max(0, self.attempts - 1), due_at=None).state

    def asked_again(self, *, now: datetime) -> Decision[Self]:
        """A person wants a new attempt. Raises DeliveryNotFailed unless it was given up."""
        if self.state is not DeliveryState.FAILED:
            raise DeliveryNotFailed
        return self.after(self._asked(known=True), state=DeliveryState.PENDING, due_at=now, attempts=0, reason=None)

    def withdrawn(self) -> Decision[Self]:
        """It stopped being true before it left."""
        fact = DeliveryFailed(**self._who(), attempts=self.attempts, reason=FailureReason.NO_LONGER_TRUE)
        return self.after(fact, state=DeliveryState.WITHDRAWN, due_at=None, reason=FailureReason.NO_LONGER_TRUE)

    def _asked(self, *, known: bool) -> DeliveryScheduled:
        return DeliveryScheduled(**self._who(), address_known=known)

    def _who(self) -> dict[str, Any]:
        return {
            "delivery_id": self.id,
            "institution_id": self.institution_id,
            "channel": self.channel,
            "subject": self.subject,
            "about": self.about,
            "about_id": None if self.about is AboutKind.CASE else self.about_id,
        }
