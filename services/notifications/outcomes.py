"""What became of one attempt, in the words of whoever received it."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.events.deliveries import FailureReason


@dataclass(frozen=True)
class Accepted:
    """`answer` is the receiver's proof."""

    answer: str


@dataclass(frozen=True)
class Deferred:
    """The receiver asked to come back."""

    answer: str


@dataclass(frozen=True)
class Refused:
    """The receiver will never take it."""

    reason: FailureReason
    answer: str


@dataclass(frozen=True)
class NoWayOut:
    """Our own way out is closed: it is nobody's message that is at fault."""

    answer: str


Outcome = Accepted | Deferred | Refused | NoWayOut
