"""However facts are cut into batches, the rows are those that the facts make one by one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid5

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.events.meetings import AnnualObligationFulfilled, DecisionRecorded
from services.chassis.act import Act
from services.chassis.identity import Principal
from services.chassis.projections import Change, Projection, Table, write
from services.chassis.subscriptions import Fact
from services.reporting.projections import PROJECTIONS
from tests.conftest import NewDatabase
from tests.support.messaging import envelope, fact

NOON = datetime(2017, 3, 1, 12, tzinfo=UTC)
KEYS = [uuid5(UUID(int=0), str(number)) for number in range(3)]
SHARED = {"suppress_health_check": [HealthCheck.function_scoped_fixture], "deadline": None}

FREE = Table("free", key=("id",))
KEPT = Table("kept", key=("id", "part"), kept=frozenset({"first"}))
LOWEST = Table("lowest", key=("id",), lowest="day")


@pytest.fixture
async def tx(service_database: NewDatabase) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect((await service_database("reporting")).owner_url)
    await connection.execute(
        "create table free (id integer primary key, a integer default 7, b text); "
        "create table kept (id integer, part integer, first integer, last integer, primary key (id, part)); "
        "create table lowest (id integer primary key, day integer not null, told text)"
    )
    yield connection
    await connection.close()


def changes() -> st.SearchStrategy[Change]:
    ids, number, text = st.integers(1, 3), st.integers(0, 9), st.sampled_from("xyz")
    some = st.fixed_dictionaries({"id": ids}, optional={"a": number, "b": text}).filter(lambda found: len(found) > 1)
    parts = st.fixed_dictionaries({"id": ids, "part": ids, "first": number, "last": number})
    days = st.fixed_dictionaries({"id": ids, "day": number, "told": text})
    return st.one_of(
        some.map(lambda found: FREE.put(**found)),
        some.map(lambda found: FREE.change(**found)),
        parts.map(lambda found: KEPT.put(**found)),
        st.tuples(ids, ids, number).map(lambda found: KEPT.change(id=found[0], part=found[1], last=found[2])),
        days.map(lambda found: LOWEST.put(**found)),
    )


@given(made=st.lists(changes(), max_size=30), cuts=st.sets(st.integers(0, 30)))
@settings(max_examples=150, **SHARED)
async def test_changes_in_batches_make_the_rows_of_single_changes(
    tx: asyncpg.Connection, made: list[Change], cuts: set[int]
) -> None:
    async def apply(batches: Sequence[Sequence[Change]]) -> dict[str, list[Any]]:
        for batch in batches:
            await write(tx, batch)
        return await rows(tx, (FREE, KEPT, LOWEST))

    singly = await undone(tx, lambda: apply([[change] for change in made]))
    assert await undone(tx, lambda: apply(cut(made, cuts))) == singly


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
@given(data=st.data())
@settings(max_examples=40, **SHARED)
async def test_facts_in_batches_make_the_rows_of_single_facts(
    tx: asyncpg.Connection, projection: Projection, data: st.DataObject
) -> None:
    kinds = sorted(projection.subscriptions.event_types, key=lambda kind: kind.__name__)
    told = data.draw(st.lists(st.tuples(st.sampled_from(kinds), st.sampled_from(KEYS), st.integers(0, 5)), max_size=25))
    facts = [some_fact(*each, place) for place, each in enumerate(told, start=1)]

    async def apply(batches: Sequence[Sequence[Fact[Any]]]) -> dict[str, list[Any]]:
        for batch in filter(None, batches):
            await projection.subscriptions.batch_handlers[kinds[0]](batch, act(tx))
        return await rows(tx, projection.tables)

    singly = await undone(tx, lambda: apply([[each] for each in facts]))
    assert await undone(tx, lambda: apply(cut(facts, data.draw(st.sets(st.integers(0, 25)))))) == singly


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
@given(data=st.data())
@settings(max_examples=25, **SHARED)
async def test_keys_divided_among_processes_make_the_rows_of_single_facts(
    tx: asyncpg.Connection, projection: Projection, data: st.DataObject
) -> None:
    kinds = sorted(projection.subscriptions.event_types, key=lambda kind: kind.__name__)
    told = data.draw(st.lists(st.tuples(st.sampled_from(kinds), st.sampled_from(KEYS)), max_size=25))
    # Days are all different: of two equal ones, told of different keys, nobody promises which comes first.
    facts = [_of_its_key(some_fact(*each, place, place)) for place, each in enumerate(told, start=1)]
    reader = {key: data.draw(st.integers(0, 2)) for key in KEYS}
    batches = [
        (process, batch)
        for process in range(3)
        for batch in cut(
            [fact for fact, (_, key) in zip(facts, told, strict=True) if reader[key] == process],
            data.draw(st.sets(st.integers(0, 25))),
        )
    ]

    async def apply(batches: Sequence[Sequence[Fact[Any]]]) -> dict[str, list[Any]]:
        for batch in filter(None, batches):
            await projection.subscriptions.batch_handlers[kinds[0]](batch, act(tx))
        return await rows(tx, projection.tables)

    singly = await undone(tx, lambda: apply([[each] for each in facts]))
    # Any order in which the processes may come to their turns, each keeping its own.
    left = {process: [batch for each, batch in batches if each == process] for process in range(3)}
    turns = data.draw(st.permutations([process for process, _ in batches]))
    assert await undone(tx, lambda: apply([left[process].pop(0) for process in turns])) == singly


def _of_its_key(given: Fact[Any]) -> Fact[Any]:
    """A decision is taken in one meeting."""
    if isinstance(given.event, DecisionRecorded):
        decision = uuid5(given.event.meeting_id, "decision")
        given.event = given.event.model_copy(update={"decision_id": decision})
    return given


def some_fact(kind: Any, key: UUID, day: int, place: int) -> Fact[Any]:
    event = fact(kind, key)
    if kind is AnnualObligationFulfilled:
        event = event.model_copy(update={"held_on": date(2017, 1, 1) + timedelta(days=day)})
    return Fact(event, envelope(event, place, time=NOON + timedelta(minutes=place)))


def act(tx: Any) -> Act:
    return Act(tx=tx, now=NOON, by=Principal.system("reporting"), settings=None, correlation_id="none")


def cut(whole: Sequence[Any], cuts: set[int]) -> list[Sequence[Any]]:
    edges = [0, *sorted(cuts), len(whole)]
    return [whole[start:end] for start, end in pairwise(edges)]


async def rows(tx: asyncpg.Connection, tables: Sequence[Table]) -> dict[str, list[Any]]:
    return {table.name: [tuple(row) for row in await tx.fetch(f"table {table.name} order by 1, 2")] for table in tables}


async def undone(tx: asyncpg.Connection, work: Any) -> Any:
    """What `work` answers; nothing of it stays."""
    attempt = tx.transaction()
    await attempt.start()
    try:
        return await work()
    finally:
        await attempt.rollback()
