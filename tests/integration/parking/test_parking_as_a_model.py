"""Hypothesis drives consumer and operator on a real database and compares them with a model of a page."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.chassis.parking.reading import Filter
from tests.integration.parking.workshop import EFFECT, Workshop
from tests.support.databases import Databases, ServiceDatabase

KEYS = range(3)


class Loop:
    """An event loop in a thread: the machine's rules are plain functions."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()


@contextmanager
def loop_of_its_own() -> Iterator[Loop]:
    loop = Loop()
    try:
        yield loop
    finally:
        loop.stop()


def machine_on(loop: Loop, databases: Databases) -> type[RuleBasedStateMachine]:
    """The machine, each of whose runs has a database of its own."""

    class Parking(RuleBasedStateMachine):
        """Of each key: `told` versions in order, those `bad` now, `unreadable` ones, what was `given_up`."""

        @initialize()
        def begin(self) -> None:
            self.database: ServiceDatabase = loop.run(databases.create("sandbox"))
            self.workshop: Workshop = loop.run(_open(self.database))
            self.keys: list[UUID] = [uuid4() for _ in KEYS]
            self.told: dict[UUID, list[int]] = {key: [] for key in self.keys}
            self.bad: set[tuple[UUID, int]] = set()
            self.unreadable: set[tuple[UUID, int]] = set()
            self.given_up: set[tuple[UUID, int]] = set()
            self.applied: dict[UUID, list[int]] = {key: [] for key in self.keys}
            self.waiting: dict[UUID, list[int]] = {key: [] for key in self.keys}

        # What the producer and the world do

        @rule(which=st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from("ggggbbu")), min_size=1, max_size=12))
        def deliver(self, which: list[tuple[int, str]]) -> None:
            records = []
            for number, kind in which:
                key = self.keys[number]
                records.append(self.workshop.next(key, **({"value": b"{"} if kind == "u" else {})))
                version = self.workshop.versions[key]
                self._tell(key, version, kind)
            loop.run(self.workshop.deliver(*records))

        @rule(number=st.sampled_from(KEYS), data=st.data())
        def deliver_again(self, number: int, data: Any) -> None:
            """Duplicates on the wire. What is applied, or waits already, does not wait (again)."""
            key = self.keys[number]
            if not self.told[key]:
                return
            versions = data.draw(st.lists(st.sampled_from(self.told[key]), min_size=1, max_size=5))
            loop.run(self.workshop.deliver(*(self.workshop.again(key, version) for version in versions)))
            for version in versions:
                if version not in self.waiting[key]:
                    self._take_in(key, version)

        @rule(number=st.sampled_from(KEYS), data=st.data())
        def mend_the_cause(self, number: int, data: Any) -> None:
            causes = sorted(version for key, version in self.bad if key == self.keys[number])
            if causes:
                version = data.draw(st.sampled_from(causes))
                loop.run(self.workshop.allow(self.keys[number], version))
                self.bad.discard((self.keys[number], version))

        # What the operator does

        @rule(number=st.sampled_from(KEYS))
        def retry_one(self, number: int) -> None:
            if head := self._head(number):
                loop.run(self.workshop.hand().retry(head))
                self._model_retry(self.keys[number], most=1)

        @rule(number=st.sampled_from(KEYS))
        def mend_what_stops_a_key_and_retry_it_alone(self, number: int) -> None:
            key = self.keys[number]
            if self.waiting[key] and (key, self.waiting[key][0]) in self.bad:
                loop.run(self.workshop.allow(key, self.waiting[key][0]))
                self.bad.discard((key, self.waiting[key][0]))
                self.retry_one(number)

        @rule(number=st.sampled_from(KEYS))
        def retry_key(self, number: int) -> None:
            if head := self._head(number):
                loop.run(self.workshop.hand().retry_key(head))
                self._model_retry(self.keys[number])

        @rule(most=st.sampled_from([None, None, 1, 3]))
        def retry_all(self, most: int | None) -> None:
            if most is not None:  # cut short at some point, then begun again
                loop.run(self.workshop.hand(most=most).retry_all(Filter()))
            loop.run(self.workshop.hand().retry_all(Filter()))
            for key in self.keys:
                self._model_retry(key)

        @rule(number=st.sampled_from(KEYS))
        def discard(self, number: int) -> None:
            if head := self._head(number):
                loop.run(self.workshop.hand().discard(head, "une raison"))
                key = self.keys[number]
                self.given_up.add((key, self.waiting[key].pop(0)))
                self._model_retry(key)

        @rule(number=st.sampled_from(KEYS), which=st.lists(st.sampled_from(KEYS), min_size=1, max_size=6))
        def retry_while_followers_come(self, number: int, which: list[int]) -> None:
            head = self._head(number)
            if not head:
                return
            coming = []
            for key in (self.keys[each] for each in which):
                coming.append((key, self.workshop.next(key), self.workshop.versions[key]))
            records = [record for _, record, _ in coming]
            loop.run(_both(self.workshop.hand().retry_key(head), self.workshop.deliver(*records)))
            # Whoever came first, a second try leaves the same: what can be applied is.
            for key, _, version in coming:
                self.told[key].append(version)
                self._take_in(key, version)
            if again := self._head(number):
                loop.run(self.workshop.hand().retry_key(again))
            self._model_retry(self.keys[number])

        # What must hold

        @invariant()
        @precondition(lambda self: hasattr(self, "workshop"))
        def the_database_is_as_the_model_and_in_order(self) -> None:
            effects, parked = loop.run(_standing(self.workshop))
            for key in self.keys:
                applied = [row["version"] for row in effects if row["key"] == str(key)]
                waiting = [row for row in parked if row["key"] == str(key).encode()]
                assert applied == self.applied[key]
                assert [row["sequence"] for row in waiting] == self.waiting[key]
                self._nothing_is_lost_or_doubled(key, applied, waiting)
                self._only_the_first_stops(waiting)

        def _nothing_is_lost_or_doubled(self, key: UUID, applied: list[int], waiting: list[Any]) -> None:
            given_up = {version for each, version in self.given_up if each == key}
            assert applied == sorted(set(applied))
            assert set(applied) | given_up | {row["sequence"] for row in waiting} == set(self.told[key])

        def _only_the_first_stops(self, waiting: list[Any]) -> None:
            reasons = [row["reason"] for row in waiting]
            assert "BehindParked" not in reasons[:1]
            assert set(reasons[1:]) <= {"BehindParked"}

        def teardown(self) -> None:
            if hasattr(self, "workshop"):
                loop.run(self.workshop.close())
                loop.run(databases.drop(self.database))

        # The model

        def _tell(self, key: UUID, version: int, kind: str) -> None:
            self.told[key].append(version)
            if kind == "b":
                self.bad.add((key, version))
                loop.run(self.workshop.forbid(key, version))
            if kind == "u":
                self.unreadable.add((key, version))
            self._take_in(key, version)

        def _take_in(self, key: UUID, version: int) -> None:
            readable = (key, version) not in self.unreadable
            if readable and version <= max(self.applied[key], default=0):
                return
            if self.waiting[key] or not self._goes(key, version):
                self.waiting[key].append(version)
            else:
                self.applied[key].append(version)

        def _goes(self, key: UUID, version: int) -> bool:
            return (key, version) not in self.bad | self.unreadable

        def _model_retry(self, key: UUID, most: int | None = None) -> None:
            tried, later = self.waiting[key][:most], self.waiting[key][len(self.waiting[key][:most]) :]
            queue = self._without_duplicates(key, tried)
            while queue and self._goes(key, queue[0]):
                self.applied[key].append(queue.pop(0))
            self.waiting[key] = queue + later

        def _without_duplicates(self, key: UUID, tried: list[int]) -> list[int]:
            """What is not newer than a record before it is passed over, also when that one fails and stays."""
            kept, newest, stopped = [], max(self.applied[key], default=0), False
            for version in tried:
                stopped = stopped or (key, version) in self.unreadable
                if stopped or version > newest:
                    kept.append(version)
                    newest = max(newest, version)
            return kept

        def _head(self, number: int) -> int | None:
            parked = loop.run(self.workshop.parked(self.keys[number]))
            return parked[0]["id"] if parked else None

    return Parking


async def _both(*work: Any) -> None:
    await asyncio.gather(*work)


async def _standing(workshop: Workshop) -> tuple[list[Any], list[Any]]:
    """What was applied and what waits, each in order."""
    return await workshop.rows("select key, version from effect order by id"), await workshop.parked()


async def _open(database: ServiceDatabase) -> Workshop:
    admin = await asyncpg.connect(database.admin_url, server_settings={"search_path": "sandbox"})
    await admin.execute(EFFECT)
    await admin.close()
    return Workshop.on(database.url)


def test_parking_behaves_as_its_model(databases: Databases) -> None:
    with loop_of_its_own() as loop:
        run_state_machine_as_test(
            machine_on(loop, databases),
            settings=settings(
                max_examples=30,
                stateful_step_count=25,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
