"""The effects of one batch in one transaction: duplicates are passed over, what fails is found and put aside."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Any
from uuid import uuid4

from schemas.envelope import Envelope
from services.chassis import outbox
from services.chassis.act import Act
from services.chassis.consumer.decoding import Incoming, Key
from services.chassis.consumer.seen import Remember, remember
from services.chassis.consumer.spans import BatchSpan, processing
from services.chassis.database import Connection
from services.chassis.database_faults import is_transient
from services.chassis.decisions import Decision
from services.chassis.faults_told import Fault, fault_of
from services.chassis.identity import Principal
from services.chassis.parking.store import BEHIND, Parking, park
from services.chassis.subscriptions import BatchHandler, Fact, Subscriptions


@dataclass
class Applied:
    """What became of the records of a batch."""

    applied: list[Incoming] = field(default_factory=list)
    parked: list[Parking] = field(default_factory=list)
    skipped: list[tuple[Incoming, str]] = field(default_factory=list)
    appended: bool = False

    def add(self, more: Applied) -> None:
        self.applied += more.applied
        self.parked += more.parked
        self.skipped += more.skipped
        self.appended |= more.appended

    async def put_aside(self, tx: Connection, consumer: str, now: datetime) -> None:
        """Writes down what is parked; what turns out to repeat an earlier record is passed over instead."""
        if not self.parked:
            return
        found, self.parked = self.parked, await park(tx, consumer, self.parked, now)
        aside = {id(one) for one in self.parked}
        self.skipped += [(one.incoming, "duplicate") for one in found if id(one) not in aside]


@dataclass
class Applying:
    """Applies the records of one batch, in order, on `tx`. Raises only what passes by itself (is_passing).

    `parked` are the keys with a record put aside. With `again` what was applied before is no reason to pass over.
    Without `narrowing` whatever fails is raised, and the transaction is of no use any more. `remember` notes versions.
    """

    tx: Connection
    consumer: str
    subscriptions: Subscriptions
    settings: Any
    now: datetime
    parked: Set[Key] = frozenset()
    again: bool = False
    narrowing: bool = True
    remember: Remember = remember
    result: Applied = field(default_factory=Applied)
    _stopped: dict[Key, int] = field(default_factory=dict)
    _newest: dict[Key, int] = field(default_factory=dict)

    async def apply(self, batch: Sequence[Incoming]) -> Applied:
        """Sorts out what is not to be applied, then applies the rest, narrowing down what fails.

        The next piece of the same batch may follow; what is returned is of all of them.
        """
        before = len(self.result.parked)
        due = [incoming for incoming in batch if self._is_due(incoming)]
        if due:
            with processing(due, self.consumer) as span:
                if self.narrowing:
                    await self._narrowing(due, span)
                else:
                    self.result.add(await self._all(due, span))
        if parked := self.result.parked[before:]:
            order = {id(incoming): place for place, incoming in enumerate(batch)}
            parked.sort(key=lambda one: order[id(one.incoming)])
            # Behind a record of an earlier piece they are already.
            self.result.parked[before:] = _one_fault_a_key(parked)
        return self.result

    def _is_due(self, incoming: Incoming) -> bool:
        if incoming.skip is not None:
            self.result.skipped.append((incoming, incoming.skip))
        elif (self.parked or self._stopped) and self._is_behind(incoming):
            self._park(incoming, BEHIND)
        elif incoming.fault is not None:
            self._park(incoming, incoming.fault)
        elif self._is_repeated(incoming):
            self.result.skipped.append((incoming, "duplicate"))
        else:
            return True
        return False

    def _is_repeated(self, incoming: Incoming) -> bool:
        """Whether a record before it in this batch is as new, also when that one fails and stays."""
        key, sequence = _version(incoming)
        if sequence <= self._newest.get(key, 0):
            return True
        self._newest[key] = sequence
        return False

    def _park(self, incoming: Incoming, fault: Fault) -> None:
        self.result.parked.append(Parking(incoming, fault))
        if incoming.key is not None:
            at = incoming.record.offset
            self._stopped[incoming.key] = min(at, self._stopped.get(incoming.key, at))

    def _is_behind(self, incoming: Incoming) -> bool:
        """Whether an earlier record of its key is put aside; a later one, found unreadable first, does not count."""
        if incoming.key is None:
            return False
        return incoming.key in self.parked or self._stopped.get(incoming.key, inf) < incoming.record.offset

    async def _narrowing(self, incoming: Sequence[Incoming], span: BatchSpan) -> None:
        """Applies all at once; when that fails, the halves, until what fails is a single record."""
        waiting = [each for each in incoming if self._still_free(each)] if self._stopped else list(incoming)
        if not waiting:
            return
        savepoint = self.tx.transaction()
        await savepoint.start()
        try:
            # What fails is rolled back with what was remembered of it.
            done = await self._all(waiting, span)
        except Exception as error:
            if is_passing(error, self.tx):
                raise
            await savepoint.rollback()
            if len(waiting) == 1:
                self._park(waiting[0], fault_of(error))
                return
            middle = len(waiting) // 2
            await self._narrowing(waiting[:middle], span)
            await self._narrowing(waiting[middle:], span)
        else:
            await savepoint.commit()
            self.result.add(done)

    async def _all(self, batch: Sequence[Incoming], span: BatchSpan) -> Applied:
        """Remembers the versions of `batch` and applies those that are new."""
        new, repeated = await self._sorted_out(batch)
        appended = await self._effects(new, span)
        return Applied(applied=new, skipped=[(each, "duplicate") for each in repeated], appended=appended)

    def _still_free(self, incoming: Incoming) -> bool:
        """False, and put aside, when an earlier record of its key was put aside meanwhile."""
        if self._is_behind(incoming):
            self._park(incoming, BEHIND)
            return False
        return True

    async def _sorted_out(self, batch: Sequence[Incoming]) -> tuple[list[Incoming], list[Incoming]]:
        """Remembers the versions of `batch`; those that are new, and those that were dealt with before."""
        versions = [_version(each) for each in batch]
        # In the order of the batch each version of a key is newer than those before: the last one counts.
        newest = dict(versions)
        reached = await self.remember(self.tx, self.consumer, newest)
        if self.again:
            reached = {}
        new, repeated = [], []
        for each, (key, sequence) in zip(batch, versions, strict=True):
            if reached.get(key, 0) < sequence:
                reached[key] = sequence
                new.append(each)
            else:
                repeated.append(each)
        return new, repeated

    async def _effects(self, batch: Sequence[Incoming], span: BatchSpan) -> bool:
        appended = False
        for handler, run in self._runs(batch):
            if handler is not None:
                facts = [Fact(each.event, each.envelope) for each in run if each.event and each.envelope]
                with span.messages(run):
                    await handler(facts, self._act(str(uuid4()), None))
            else:
                for each in run:
                    with span.message(each):
                        appended |= await self._effect(each)
        return appended

    def _runs(self, batch: Sequence[Incoming]) -> list[tuple[BatchHandler | None, list[Incoming]]]:
        """Neighbours with the same batch handler together; order is kept."""
        runs: list[tuple[BatchHandler | None, list[Incoming]]] = []
        for each in batch:
            handler = self.subscriptions.batch_handlers.get(type(each.event)) if each.event else None
            if runs and runs[-1][0] is handler:
                runs[-1][1].append(each)
            else:
                runs.append((handler, [each]))
        return runs

    async def _effect(self, incoming: Incoming) -> bool:
        event, envelope = incoming.event, incoming.envelope
        assert event is not None
        assert envelope is not None
        act = self._act(envelope.correlationid, envelope)
        decided = await self.subscriptions.handlers[type(event)](event, act)
        decisions = [decided] if isinstance(decided, Decision) else list(decided or ())
        for decision in decisions:
            await outbox.append(self.tx, decision, act)
        return any(decision.events for decision in decisions)

    def _act(self, correlation_id: str, cause: Envelope | None) -> Act:
        return Act(
            tx=self.tx,
            now=self.now,
            by=Principal.system(self.consumer),
            settings=self.settings,
            correlation_id=correlation_id,
            causation_id=cause.id if cause else None,
            cause=cause,
        )


def _version(incoming: Incoming) -> tuple[Key, int]:
    assert incoming.key is not None
    assert incoming.envelope is not None
    return incoming.key, incoming.envelope.sequence


def _one_fault_a_key(parked: Sequence[Parking]) -> list[Parking]:
    """The first of each key keeps its fault; whatever is wrong with a later one is found when it is in turn."""
    stopped: set[Key] = set()
    told = []
    for one in parked:
        told.append(Parking(one.incoming, BEHIND) if one.incoming.key in stopped else one)
        if one.incoming.key is not None:
            stopped.add(one.incoming.key)
    return told


def is_passing(error: BaseException, tx: Connection) -> bool:
    """Whether the same batch may succeed later: an outage, a deadlock, a lost connection; never a record's fault."""
    return is_transient(error) or tx.is_closed()


def keys_of(batch: Sequence[Incoming]) -> set[Key]:
    """The keys about which something must be known before the batch is applied."""
    return {incoming.key for incoming in batch if incoming.skip is None and incoming.key is not None}
