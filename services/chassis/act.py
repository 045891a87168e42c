"""One act: one transaction, under one identity, at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from schemas.envelope import Envelope
from services.chassis.database import Connection
from services.chassis.decisions import Aggregate
from services.chassis.errors import NotFound, StaleVersion
from services.chassis.identity import Principal

A = TypeVar("A", bound=Aggregate)
Tx = Connection


@dataclass(frozen=True, kw_only=True)
class Act:
    """What a use case, a reaction or a timer is given.

    `now` is aware and in UTC. `cause` is the event that made a consumer act. `expected_version` is what the caller
    last saw (If-Match), None when it did not say.
    """

    tx: Tx
    now: datetime
    by: Principal
    settings: Any
    correlation_id: str
    causation_id: str | None = None
    expected_version: int | None = None
    cause: Envelope | None = None
    beside: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

    def also(self, statement: str, *values: Any) -> None:
        """Writes with the facts, by the statement that appends them: a turn to the server less.

        `statement` is one insert, update or delete that the rest of the act neither reads nor writes the rows of.
        """
        self.beside.append((statement, values))

    def current(self, found: A | None) -> A:
        """The locked aggregate, once it is known to exist and to be what the caller saw.

        Raises NotFound or StaleVersion.
        """
        if found is None:
            raise NotFound
        if self.expected_version is not None and found.version != self.expected_version:
            raise StaleVersion(version=found.version)
        return found
