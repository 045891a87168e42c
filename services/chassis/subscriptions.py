"""Which facts a service reads, and what it does with each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from schemas.catalogue import topic_of
from schemas.envelope import Envelope, Event
from services.chassis.act import Act
from services.chassis.decisions import Aggregate, Decision

E = TypeVar("E", bound=Event)
Outcome = Decision[Any] | Sequence[Decision[Aggregate]] | None
Handler = Callable[[E, Act], Awaitable[Outcome]]


@dataclass(slots=True)
class Fact(Generic[E]):
    """An event and the envelope it came in."""

    event: E
    cause: Envelope


BatchHandler = Callable[[Sequence[Fact[Any]], Act], Awaitable[None]]


class Subscriptions:
    """One handler per event type: for one event at a time, or for the events of a batch."""

    def __init__(self) -> None:
        self.handlers: dict[type[Event], Handler[Any]] = {}
        self.batch_handlers: dict[type[Event], BatchHandler] = {}

    def on(self, event_type: type[E]) -> Callable[[Handler[E]], Handler[E]]:
        """Registers the decorated `async def (event, act)` for `event_type`; what it decides is appended.

        It runs in the transaction that moves the position, so it is applied once; it may run again after a failure,
        and must therefore touch nothing but `act.tx`.
        """

        def register(handler: Handler[E]) -> Handler[E]:
            self._check_free(event_type)
            self.handlers[event_type] = handler
            return handler

        return register

    def on_batch(self, *event_types: type[Event]) -> Callable[[BatchHandler], BatchHandler]:
        """Registers the decorated `async def (facts, act)` for events of all `event_types`, in the order of their keys.

        For projections that write many rows in one statement. It decides nothing; `act.cause` is None.
        """

        def register(handler: BatchHandler) -> BatchHandler:
            for event_type in event_types:
                self._check_free(event_type)
                self.batch_handlers[event_type] = handler
            return handler

        return register

    def include(self, other: Subscriptions) -> None:
        """Takes the handlers of `other` in."""
        for event_type, handler in other.handlers.items():
            self.on(event_type)(handler)
        for event_type, batch_handler in other.batch_handlers.items():
            self.on_batch(event_type)(batch_handler)

    @property
    def event_types(self) -> Mapping[type[Event], Collection[str]]:
        """The event types with a handler, each with the topics it may come from."""
        return {kind: (topic_of(kind).name,) for kind in (*self.handlers, *self.batch_handlers)}

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics these events travel on, sorted."""
        return tuple(sorted({topic_of(event_type).name for event_type in self.event_types}))

    def _check_free(self, event_type: type[Event]) -> None:
        if event_type in self.handlers or event_type in self.batch_handlers:
            raise ValueError(f"{event_type.ce_type()} has a handler already")


# Of a service that reads none.
NOTHING = Subscriptions()
