"""Counts for operators: what became of each attempt, by channel."""

from __future__ import annotations

from prometheus_client import Counter

from schemas.events.deliveries import Channel
from services.notifications.outcomes import Outcome

_ATTEMPTS = Counter(
    "cispd_delivery_attempts_total", "Attempts to deliver, by channel and outcome", ["channel", "outcome"]
)


def count_outcome(channel: Channel, outcome: Outcome) -> None:
    _ATTEMPTS.labels(channel=channel, outcome=type(outcome).__name__.lower()).inc()
