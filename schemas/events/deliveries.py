"""Facts about telling an institution something: asked, sent with its proof, or failed with its reason.

Topic `cispd.deliveries`. It names institutions, never an address, a person or a text. A delivery about a case carries
no `about_id`: the case's random id stays on the restricted topic.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.envelope import Event


class Channel(StrEnum):
    """How an institution is reached."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class AboutKind(StrEnum):
    """What kind of thing a delivery speaks of."""

    MEETING = "meeting"
    PLAN = "plan"
    DROP_IN_SESSION = "drop-in-session"
    PUBLICATION = "publication"
    CASE = "case"


class DeliverySubject(StrEnum):
    """Why an institution is told; one per template."""

    MEETING_CONVENED = "meeting-convened"
    MEETING_MOVED = "meeting-moved"
    MEETING_CANCELLED = "meeting-cancelled"
    PLAN_VALIDATED = "plan-validated"
    SIGNATURE_REQUESTED = "signature-requested"
    PLAN_SIGNED = "plan-signed"
    SESSION_PUBLISHED = "session-published"
    SESSION_CANCELLED = "session-cancelled"
    PUBLICATION_PUBLISHED = "publication-published"
    RECALL_CONSULTATION = "recall-consultation"
    RECALL_CLEARED = "recall-cleared"
    RECALL_OBJECTED = "recall-objected"
    RECALL_REPLY_OVERDUE = "recall-reply-overdue"
    RECALL_SUSPENDED = "recall-suspended"
    RECALL_CLOSED = "recall-closed"


class FailureReason(StrEnum):
    """Why a delivery was given up."""

    REFUSED_BY_SERVER = "refused-by-server"
    ADDRESS_REFUSED = "address-refused"
    TOO_MANY_ATTEMPTS = "too-many-attempts"
    NO_LONGER_TRUE = "no-longer-true"


class _DeliveryFact(Event):
    """What every fact about one delivery says."""

    aggregate: ClassVar[str] = "delivery_id"

    delivery_id: UUID = Field(description="The delivery: one cause told to one institution by one channel.")
    institution_id: UUID = Field(description="The institution to tell.")
    channel: Channel = Field(description="How it is told.")
    subject: DeliverySubject = Field(description="Why it is told: the code of the template.")
    about: AboutKind = Field(description="The kind of thing it speaks of.")
    about_id: UUID | None = Field(default=None, description="The thing it speaks of; absent for a case.")


class DeliveryScheduled(_DeliveryFact):
    """An institution is to be told: for the first time, or again at a person's request."""

    address_known: bool = Field(description="False while the directory has no address for this channel.")


class DeliverySent(_DeliveryFact):
    """The receiving server took the message and gave its proof."""

    attempts: int = Field(ge=1, description="How many attempts it took.")
    sent_at: datetime = Field(description="When the receiving server accepted it.")


class DeliveryFailed(_DeliveryFact):
    """The delivery was given up; a person may ask for a new attempt."""

    attempts: int = Field(ge=0, description="How many attempts were made.")
    reason: FailureReason = Field(description="Why it was given up.")
