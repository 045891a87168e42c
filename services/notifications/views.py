"""What the API answers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from schemas.events.deliveries import AboutKind, Channel, DeliverySubject, FailureReason
from services.notifications.domain.delivery import Delivery, DeliveryState
from services.notifications.domain.letter import Letter
from services.notifications.domain.partner import Partner
from services.notifications.domain.plain_text import plain_text
from services.notifications.queries import Attempt, Line


class DeliveryLine(BaseModel):
    """One delivery in a list."""

    id: UUID
    version: int
    institution_id: UUID
    institution: str
    channel: Channel
    subject: DeliverySubject
    about: AboutKind
    about_id: UUID
    state: DeliveryState
    title: str
    created_at: datetime
    due_at: datetime | None = Field(description="When the next attempt is due; absent when none is.")
    sent_at: datetime | None
    attempts: int
    reason: FailureReason | None = Field(description="Why it was given up or withdrawn.")

    @classmethod
    def of(cls, line: Line) -> DeliveryLine:
        return cls.model_validate(line, from_attributes=True)


class AttemptView(BaseModel):
    at: datetime
    outcome: str = Field(description="accepted, deferred, refused or nowayout")
    answer: str = Field(description="What the receiver answered.")


class DeliveryView(DeliveryLine):
    """One delivery with its text as sent, its proof and its attempts."""

    text: str
    proof: str | None = Field(description="The receiver's last answer.")
    sent_to: str | None = Field(description="The address it was accepted for.")
    tries: list[AttemptView]

    @classmethod
    def whole(cls, delivery: Delivery, partner: Partner, tries: list[Attempt]) -> DeliveryView:
        letter = Letter.from_json(delivery.letter)
        return cls(
            **{name: getattr(delivery, name) for name in DeliveryLine.model_fields if hasattr(delivery, name)},
            institution=partner.name,
            title=letter.subject,
            text=plain_text(letter),
            proof=delivery.proof,
            sent_to=delivery.sent_to,
            tries=[AttemptView.model_validate(attempt, from_attributes=True) for attempt in tries],
        )


class PartnerView(BaseModel):
    """One line of the directory; the secret of a webhook is never shown."""

    id: UUID
    version: int
    name: str
    kind: str | None = Field(description="Absent while the council has not said what it is.")
    commune: str | None
    email: str | None
    webhook_url: str | None
    muted: list[DeliverySubject]

    @classmethod
    def of(cls, partner: Partner) -> PartnerView:
        return cls(
            id=partner.id,
            version=partner.version,
            name=partner.name,
            kind=partner.kind,
            commune=partner.commune,
            email=partner.email,
            webhook_url=partner.webhook.url if partner.webhook else None,
            muted=sorted(partner.muted),
        )
