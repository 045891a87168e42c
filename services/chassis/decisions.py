"""What a domain function returns: the new state of an aggregate and the facts that made it so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

from schemas.envelope import Event


@dataclass(frozen=True, kw_only=True)
class Aggregate:
    """A thing with an identity whose every change is a fact; `version` counts the facts so far."""

    id: UUID
    version: int = 0

    def after(self, *events: Event, **changes: Any) -> Decision[Self]:
        """The decision that applies `changes` (fields by name) and records `events`, oldest first."""
        return Decision(state=replace(self, version=self.version + len(events), **changes), events=events)


A_co = TypeVar("A_co", bound=Aggregate, covariant=True)


@dataclass(frozen=True, kw_only=True)
class Decision(Generic[A_co]):
    """`state` after the decision; `events[-1]` carries the sequence `state.version`."""

    state: A_co
    events: tuple[Event, ...] = ()

    @property
    def version_before(self) -> int:
        return self.state.version - len(self.events)
