"""Which facts a service reads, and what it does with each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from schemas.catalogue import topic_of
from schemas.envelope import Event
from services.chassis.act import Act
from services.chassis.decisions import Aggregate, Decision

E = TypeVar("E", bound=Event)
Outcome = Decision[Any] | Sequence[Decision[Aggregate]] | None
Handler = Callable[[E, Act], Awaitable[Outcome]]


class Subscriptions:
    """One handler per event type."""

    def __init__(self) -> None:
        self.handlers: dict[type[Event], Handler[Any]] = {}

    def on(self, event_type: type[E]) -> Callable[[Handler[E]], Handler[E]]:
        """Registers the decorated `async def (event, act)` for `event_type`; what it decides is appended."""

        def register(handler: Handler[E]) -> Handler[E]:
            if event_type in self.handlers:
                raise ValueError(f"{event_type.ce_type()} has a handler already")
            self.handlers[event_type] = handler
            return handler

        return register

    def include(self, other: Subscriptions) -> None:
        """Takes the handlers of `other` in."""
        for event_type, handler in other.handlers.items():
            self.on(event_type)(handler)

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics these events travel on, sorted."""
        return tuple(sorted({topic_of(event_type).name for event_type in self.handlers}))
