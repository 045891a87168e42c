"""From facts to changes of rows: one pure function per event type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias, TypeVar

from schemas.catalogue import Topic, topic_of
from schemas.envelope import Envelope, Event
from services.chassis.act import Act
from services.chassis.projections.rows import Change, Table, write
from services.chassis.subscriptions import Fact, Subscriptions

E = TypeVar("E", bound=Event)
Meaning: TypeAlias = Callable[[E, Envelope], Iterable[Change]]


class Projection:
    """`tables`, written from the facts of one topic and by nothing else, so that they can be built anew from it."""

    def __init__(self, name: str, *tables: Table) -> None:
        self.name = name
        self.tables = tables
        self.subscriptions = Subscriptions()
        self._meanings: dict[type[Event], Meaning[Any]] = {}
        # One object, by which the consumer sees that neighbouring events are applied together.
        self._handler = self._apply

    def on(self, event_type: type[E]) -> Callable[[Meaning[E]], Meaning[E]]:
        """Registers the decorated `def (event, cause)`, which says what a fact changes and touches nothing.

        Raises ValueError when the event travels on another topic than those before.
        """

        def register(meaning: Meaning[E]) -> Meaning[E]:
            if any(topic_of(event_type) is not topic_of(other) for other in self._meanings):
                raise ValueError(f"{self.name} reads one topic only: a position is kept per topic")
            self.subscriptions.on_batch(event_type)(self._handler)
            self._meanings[event_type] = meaning
            return meaning

        return register

    @property
    def catalogued(self) -> Topic:
        """What the catalogue says of the topic whose facts these are."""
        return topic_of(next(iter(self._meanings)))

    @property
    def topic(self) -> str:
        return self.catalogued.name

    @property
    def parts(self) -> list[Any]:
        """The code its rows come from: the functions that say what a fact means, and the types of the facts."""
        return [*self._meanings, *self._meanings.values()]

    async def _apply(self, facts: Sequence[Fact[Any]], act: Act) -> None:
        await write(act.tx, self._changes(facts))

    def _changes(self, facts: Sequence[Fact[Any]]) -> Iterator[Change]:
        for fact in facts:
            for change in self._meanings[type(fact.event)](fact.event, fact.cause):
                if change.table not in self.tables:
                    raise ValueError(f"{self.name} does not own the table {change.table.name}")
                yield change
