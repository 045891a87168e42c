"""What a partner's system receives: the facts of the letter, never more, signed by Standard Webhooks."""

from __future__ import annotations

from datetime import datetime

import orjson
from standardwebhooks.webhooks import Webhook as Signer

from services.notifications.domain.delivery import Delivery


def payload(delivery: Delivery) -> bytes:
    """JSON; the same delivery gives the same bytes at every attempt."""
    return orjson.dumps(
        {
            "type": f"cispd.{delivery.subject}",
            "timestamp": delivery.created_at,
            "data": {
                "institution_id": str(delivery.institution_id),
                "about": delivery.about,
                "about_id": str(delivery.about_id),
                "title": delivery.letter["title"],
                "address": delivery.letter["button"][1] if delivery.letter["button"] else None,
                "calendar": delivery.entry,
            },
        },
        option=orjson.OPT_SORT_KEYS,
    )


def signed_headers(delivery: Delivery, body: bytes, secret: str, at: datetime) -> dict[str, str]:
    """`webhook-id` is the delivery's at every attempt, so that the receiver recognises a repetition.

    `at` must be real time: receivers refuse signatures that are minutes old.
    """
    identity = str(delivery.id)
    return {
        "content-type": "application/json",
        "user-agent": "cispd-notifications",
        "webhook-id": identity,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signer(secret).sign(identity, at, body.decode()),
    }
