"""What publishing costs, in counts that do not depend on the machine: statements, produce requests, rows looked at."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.produce import ProduceRequest

from services.chassis import outbox, relay
from services.chassis.database import Database
from services.chassis.relay.cursor import PAGE, PAGE_ROWS, PLANNER, Cursor
from services.chassis.relay.session import Session
from tests.support.eventually import eventually
from tests.support.messaging import append_rows

NewTopic = Callable[..., Awaitable[str]]
BACKLOG = 20_000


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the relay's own connection is asked, in order."""
    asked: list[str] = []
    dedicated = Database.dedicated

    async def listened(self: Database, **session: Any) -> Any:
        connection = await dedicated(self, **session)
        connection.add_query_logger(lambda query: asked.append(query.query.strip()))
        return connection

    monkeypatch.setattr(Database, "dedicated", listened)
    return asked


@pytest.fixture
def produce_requests(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    sent: list[Any] = []
    send = AIOKafkaClient.send

    async def noted(self: AIOKafkaClient, node: Any, request: Any, **rest: Any) -> Any:
        if isinstance(request, ProduceRequest):
            sent.append(request)
        return await send(self, node, request, **rest)

    monkeypatch.setattr(AIOKafkaClient, "send", noted)
    return sent


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One entry each time the relay goes to sleep."""
    slept: list[None] = []
    sleep = Session._sleep

    async def counted(self: Session) -> None:
        slept.append(None)
        await sleep(self)

    monkeypatch.setattr(Session, "_sleep", counted)
    return slept


async def backlog(admin: asyncpg.Connection, topic: str, rows: int) -> None:
    """Many rows with the shape of one that was appended properly."""
    await append_rows(admin, topic, [(uuid4(), 1)])
    await admin.execute(
        "insert into outbox (slot, stamped_at, topic, key, key_hash, value, headers) "
        "select slot, stamped_at, topic, key, (key_hash::bigint + turn) % 2147483647, value, headers "
        "from outbox, generate_series(2, $1) as turn",
        rows,
    )


async def published(admin: asyncpg.Connection) -> int:
    return await admin.fetchval("select coalesce(sum(published), 0)::int from outbox_cursor")


@pytest.fixture
async def codecs(admin: asyncpg.Connection) -> None:
    await admin.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


@pytest.mark.usefixtures("codecs")
async def test_a_backlog_costs_two_statements_and_one_produce_request_a_page(
    process: Any,
    start: Any,
    admin: asyncpg.Connection,
    kafka: str,
    topic: NewTopic,
    statements: list[str],
    produce_requests: list[Any],
) -> None:
    of, name = process(kafka=kafka), await topic(8)
    await backlog(admin, name, BACKLOG)
    start(of, relay.run(of))
    await eventually(lambda: _published(admin, BACKLOG), within=60)
    pages = BACKLOG // PAGE_ROWS
    read = [text for text in statements if text == PAGE.strip()]
    moved = [text for text in statements if text.startswith("update outbox_cursor")]
    # One page more is asked for: the last one is full, so there might be another.
    assert (len(read), len(moved)) == (pages + 1, pages)
    assert len(produce_requests) <= 2 * pages


@pytest.mark.usefixtures("codecs")
async def test_a_relay_with_nothing_to_do_asks_one_statement_a_poll(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic, statements: list[str], rounds: Any
) -> None:
    of, name = process(kafka=kafka), await topic(1)
    await backlog(admin, name, 10)
    start(of, relay.run(of))
    await eventually(lambda: _published(admin, 10))
    await eventually(lambda: len(rounds) >= 2)
    statements.clear()
    before = len(rounds)
    await eventually(lambda: len(rounds) >= before + 6, within=60)
    assert set(statements) == {PAGE.strip()}
    assert len(statements) <= len(rounds) - before + 1


@pytest.mark.usefixtures("codecs")
async def test_one_event_costs_a_read_and_a_move_of_the_cursor(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic, statements: list[str], rounds: Any
) -> None:
    of, name = process(kafka=kafka), await topic(1)
    start(of, relay.run(of))
    await eventually(lambda: len(rounds) >= 1)
    statements.clear()
    before = len(rounds)
    async with of.database.transaction() as tx:
        await append_rows(tx, name, [(uuid4(), 1)])
    outbox.wake(of.database)
    await eventually(lambda: _published(admin, 1))
    await eventually(lambda: len(rounds) > before)
    writes = [text for text in statements if text != PAGE.strip()]
    assert [text.split()[0] for text in writes] == ["update"]
    assert len(statements) - 1 <= len(rounds) - before


@pytest.mark.usefixtures("codecs")
@pytest.mark.parametrize("analysed", [True, False], ids=["with statistics", "without statistics"])
async def test_a_page_looks_at_what_it_takes_however_many_published_rows_are_kept(
    process: Any, admin: asyncpg.Connection, analysed: bool
) -> None:
    of = process()
    connection = await of.database.dedicated(**PLANNER)
    try:
        cursor = Cursor(connection, 1, 0)
        position = await cursor.load()
        await backlog(admin, "kept", BACKLOG)
        if analysed:
            await admin.execute("analyze outbox")
        while (page := await cursor.read(position)).rows:
            position = page.then
        position = page.then
        assert await _rows_looked_at(connection, position) == 0
        async with of.database.transaction() as tx:
            await append_rows(tx, "new", [(uuid4(), 1), (uuid4(), 1)])
        assert await _rows_looked_at(connection, position) <= 10
    finally:
        connection.terminate()


async def _published(admin: asyncpg.Connection, rows: int) -> bool:
    return await published(admin) >= rows


async def _rows_looked_at(connection: Any, position: Any) -> int:
    """Rows that reading the next page takes from the outbox's tables, with those it throws away."""
    place = (position.seen, position.target, position.after, 1, 0)
    told = await connection.fetchval(f"explain (analyze, timing off, format json) {PAGE}", *place, PAGE_ROWS, 4_000_000)
    return sum(_scanned(told[0]["Plan"]))


def _scanned(node: dict[str, Any]) -> list[int]:
    own = []
    if node.get("Relation Name", "").startswith("outbox_"):
        removed = node.get("Rows Removed by Filter", 0)
        own = [int(node["Actual Loops"] * (node["Actual Rows"] + removed))]
    return own + [rows for child in node.get("Plans", []) for rows in _scanned(child)]
