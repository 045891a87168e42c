"""What may enter the outbox, in which order, and how it leaves without a trace."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from pydantic import SecretStr

from schemas.events.meetings import MeetingCancelled
from services.chassis import outbox
from services.chassis.act import Act
from services.chassis.commands import Command, Commands
from services.chassis.decisions import Aggregate, Decision
from services.chassis.identity import Principal
from services.chassis.relay.cursor import PAGE_ROWS, PLANNER, Cursor, Position
from services.chassis.relay.pruning import prune
from services.chassis.relay.status import read_status
from services.chassis.running import Running
from tests.support.eventually import eventually
from tests.support.messaging import append_rows, fact

SOMEBODY = Principal(subject="somebody")


class Touch(Command):
    """Changes nothing but the version."""


def decision(key: UUID, before: int, *events: Any) -> Decision[Any]:
    return Aggregate(id=key, version=before).after(*events)


def commands(of: Running) -> Commands:
    settings = of.settings
    settings.ledger_key = SecretStr("k" * 32)
    return Commands(database=of.database, clock=of.clock, settings=settings)


async def everything(cursor: Cursor, position: Position) -> tuple[list[Any], Position]:
    """Rows of a whole round, in the order in which they would go out, with the cursor moved past them."""
    rows: list[Any] = []
    while (page := await cursor.read(position)).rows:
        rows += page.rows
        position = page.then
        await cursor.advance(position, len(page.rows))
    await cursor.advance(page.then, 0)
    return rows, page.then


@pytest.fixture
async def aggregates(admin: asyncpg.Connection) -> None:
    await admin.execute("create table aggregate (id uuid primary key, version int not null default 0)")
    await admin.execute("grant all on aggregate to sandbox")


async def lock(tx: Any, key: UUID) -> int:
    """The version of the aggregate, whose row is locked from here to the end of the transaction."""
    await tx.execute("insert into aggregate (id) values ($1) on conflict do nothing", key)
    return await tx.fetchval("update aggregate set version = version + 1 where id = $1 returning version", key)


async def refused(of: Running, event: Any) -> type[Exception] | None:
    async def use_case(target: UUID, _: Command, act: Act) -> Any:
        await lock(act.tx, target)
        return decision(target, 0, event)

    try:
        await commands(of).perform(use_case, uuid4(), Touch(), command_id=uuid4(), by=SOMEBODY)
    except Exception as error:
        return type(error)
    return None


@pytest.mark.usefixtures("aggregates")
async def test_a_fact_that_is_too_large_or_has_no_json_form_fails_its_command_and_leaves_nothing(
    process: Any, admin: asyncpg.Connection
) -> None:
    too_large = fact().model_copy(update={"place": "x" * 2_000})
    no_json = fact().model_copy(update={"reason": object()})
    assert await refused(process(event_bytes_max=1_500), too_large) is outbox.EventTooLarge
    assert await refused(process(), no_json) is outbox.EventNotSerialisable
    assert await refused(process(), fact()) is None
    left = (
        "select (select count(*) from outbox), (select count(*) from aggregate), (select count(*) from command_ledger)"
    )
    assert tuple(await admin.fetchrow(left)) == (1, 1, 1)


@pytest.mark.usefixtures("aggregates")
async def test_a_writer_that_appends_before_it_locks_has_its_facts_out_of_order(process: Any) -> None:
    """Outside of our rule: the earlier row carries the later version, and rows go out by id."""
    of, key = process(), uuid4()
    connection = await of.database.dedicated(**PLANNER)
    cursor = Cursor(connection, 1, 0)
    position = await cursor.load()
    async with of.database.transaction() as hasty:
        await append_rows(hasty, "t", [(key, 2)])
        async with of.database.transaction() as other:
            await append_rows(other, "t", [(key, await lock(other, key))])
        assert await lock(hasty, key) == 2
    rows, _ = await everything(cursor, position)
    assert [int(row["headers"]["ce_sequence"]) for row in rows] == [2, 1]
    connection.terminate()


@pytest.mark.usefixtures("aggregates")
async def test_a_command_takes_its_place_in_the_outbox_only_when_it_has_its_lock(
    process: Any, admin: asyncpg.Connection
) -> None:
    of, key = process(), uuid4()
    connection = await of.database.dedicated(**PLANNER)
    cursor = Cursor(connection, 1, 0)
    position = await cursor.load()

    async def touch(target: UUID, _: Command, act: Act) -> Any:
        version = await lock(act.tx, target)
        return decision(target, version - 1, fact(MeetingCancelled, key=target))

    async with of.database.transaction() as first:
        version = await lock(first, key)
        waiting = asyncio.create_task(commands(of).perform(touch, key, Touch(), command_id=uuid4(), by=SOMEBODY))
        await eventually(lambda: admin.fetchval("select exists (select from pg_locks where not granted)"))
        assert await admin.fetchval("select last_value from outbox_id_seq where is_called") is None
        await append_rows(first, "t", [(key, version)])
    await waiting
    rows, _ = await everything(cursor, position)
    assert [int(row["headers"]["ce_sequence"]) for row in rows] == [1, 2]
    connection.terminate()


async def test_another_number_of_shards_begins_where_the_slowest_was(process: Any) -> None:
    of, keys = process(), [uuid4() for _ in range(20)]
    connection = await of.database.dedicated(**PLANNER)
    fast, slow = Cursor(connection, 2, 0), Cursor(connection, 2, 1)
    position = await fast.load()
    async with of.database.transaction() as tx:
        await append_rows(tx, "t", [(key, 1) for key in keys])
    sent, _ = await everything(fast, position)
    position = await slow.load()
    assert 0 < len(sent) < len(keys)
    alone = Cursor(connection, 1, 0)
    again, _ = await everything(alone, await alone.load())
    assert {row["key"] for row in again} == {str(key) for key in keys}
    connection.terminate()


@pytest.mark.parametrize("last_first", [False, True])
@pytest.mark.parametrize("earlier", [0, 1])
async def test_of_shards_that_looked_between_the_same_bounds_the_slowest_is_the_one_that_saw_more_running(
    process: Any, earlier: int, last_first: bool
) -> None:
    of, key = process(), uuid4()
    connection = await of.database.dedicated(**PLANNER)
    cursors = [Cursor(connection, 2, shard) for shard in (0, 1)]
    start = await cursors[0].load()
    async with of.database.transaction() as oldest:
        await append_rows(oldest, "t", [(uuid4(), 1)])
        async with of.database.transaction() as ends_in_between:
            await append_rows(ends_in_between, "t", [(key, 1)])
            async with of.database.transaction() as youngest:
                await append_rows(youngest, "t", [(uuid4(), 1)])
            before = await cursors[earlier].read(start)
        after = await cursors[1 - earlier].read(start)
        for shard, seen in sorted({earlier: before, 1 - earlier: after}.items(), reverse=last_first):
            await cursors[shard].advance(Position(seen.then.seen), 0)
        alone = Cursor(connection, 1, 0)
        again, _ = await everything(alone, await alone.load())
        assert str(key) in {row["key"] for row in again}
    connection.terminate()


async def test_the_status_counts_what_waits_up_to_a_limit_and_estimates_from_there_on(
    process: Any, admin: asyncpg.Connection
) -> None:
    of = process()
    connection = await of.database.dedicated(**PLANNER)
    cursor = Cursor(connection, 1, 0)
    await cursor.load()
    async with of.database.transaction() as tx:
        await append_rows(tx, "t", [(uuid4(), 1) for _ in range(3)])
    assert await unpublished(of) == 3
    await admin.execute(
        "insert into outbox (slot, stamped_at, topic, key, key_hash, value, headers) "
        "select slot, stamped_at, topic, key, key_hash, value, headers from outbox, generate_series(1, 10000)"
    )
    assert abs(await unpublished(of) - 30_003) <= 3
    connection.terminate()


async def unpublished(of: Running) -> int:
    async with of.database.read() as tx:
        (shard,) = (await read_status(tx)).shards
    return shard.unpublished


async def test_published_rows_leave_whole_and_neither_they_nor_the_cursor_leave_dead_ones(
    process: Any, admin: asyncpg.Connection
) -> None:
    of = process()
    connection = await of.database.dedicated(**PLANNER)
    cursor = Cursor(connection, 1, 0)
    position = await cursor.load()
    for _ in range(60):
        async with of.database.transaction() as tx:
            await append_rows(tx, "t", [(uuid4(), 1) for _ in range(50)])
        _, position = await everything(cursor, position)
    assert await prune(connection, 7.0) == []
    assert await admin.fetchval("select count(*) from outbox") == 3_000
    await eventually(lambda: _emptied(connection, admin))
    await admin.execute("select pg_stat_force_next_flush()")
    dead = "select coalesce(sum(n_dead_tup), 0)::int from pg_stat_all_tables where relname like 'outbox\\__'"
    assert await admin.fetchval(dead) == 0
    assert await admin.fetchval("select pg_relation_size('outbox_cursor')") <= 5 * 8_192
    connection.terminate()


async def _emptied(connection: Any, admin: asyncpg.Connection) -> bool:
    await prune(connection, 0.0)
    return await admin.fetchval("select count(*) = 0 from outbox")


async def test_nothing_that_waits_is_pruned(process: Any, admin: asyncpg.Connection) -> None:
    of = process()
    connection = await of.database.dedicated(**PLANNER)
    cursor = Cursor(connection, 1, 0)
    position = await cursor.load()
    async with of.database.transaction() as tx:
        await append_rows(tx, "t", [(uuid4(), 1) for _ in range(PAGE_ROWS + 1)])
    page = await cursor.read(position)
    await cursor.advance(page.then, len(page.rows))
    assert await prune(connection, 0.0) == []
    assert await admin.fetchval("select count(*) from outbox") == PAGE_ROWS + 1
    connection.terminate()
