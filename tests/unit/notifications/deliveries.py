"""A delivery and a partner to decide about."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from schemas.events.deliveries import AboutKind, Channel, DeliverySubject
from services.notifications.domain.delivery import Delivery, DeliveryState, delivery_id
from services.notifications.domain.partner import Partner

# A Tuesday, 9 h 30 in Paris.
TUESDAY = datetime(2017, 1, 3, 8, 30, tzinfo=UTC)


def delivery(**said: Any) -> Delivery:
    cause, institution = "cause", UUID(int=7)
    return Delivery(
        **{
            "id": delivery_id(cause, institution, Channel.EMAIL),
            "version": 1,
            "cause_id": cause,
            "institution_id": institution,
            "channel": Channel.EMAIL,
            "subject": DeliverySubject.MEETING_CONVENED,
            "about": AboutKind.MEETING,
            "about_id": UUID(int=9),
            "state": DeliveryState.PENDING,
            "due_at": TUESDAY,
            "created_at": TUESDAY,
            **said,
        }
    )


def partner(**said: Any) -> Partner:
    return Partner(
        **{"id": uuid4(), "name": "Institution", "kind": "association", "email": "a@institution.example", **said}
    )
