"""When a projected fact happened."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from schemas.envelope import Envelope
from services.chassis.act import Act


def told_at(act: Act) -> datetime:
    """The time of the fact itself: a rebuilt projection must not differ from the first one."""
    return _cause(act).time


def fact_id(act: Act) -> UUID:
    """The identity of the fact."""
    return UUID(_cause(act).id)


def _cause(act: Act) -> Envelope:
    if act.cause is None:
        raise ValueError("a projection acts on a fact")
    return act.cause
