"""A projection built anew from a real topic, beside the live one, and put in its place."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.chassis import consumer, database_spans, outbox
from services.chassis.consumer import spans as consumer_spans
from services.chassis.projections import Projection
from services.chassis.rebuild.refusals import CannotRebuild, ContentsDiffer, Incomplete, Stopped, Unfinished
from services.chassis.running import Running
from services.reporting.projections import meetings, recalls
from tests.conftest import NewDatabase
from tests.support.databases import ServiceDatabase
from tests.support.eventually import eventually
from tests.support.messaging import producing, running, send
from tests.support.rebuilding import Anew, expected, life, on_topic, publish

TABLES = ("meeting", "attendance", "decision", "annual_duty")
Live = Callable[[], asyncio.Task[None]]


@pytest.fixture
async def database(service_database: NewDatabase) -> ServiceDatabase:
    return await service_database("reporting")


@pytest.fixture
async def owner(database: ServiceDatabase) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.owner_url)
    yield connection
    await connection.close()


@pytest.fixture
async def projection(topic: Callable[..., Awaitable[str]]) -> Projection:
    return on_topic(meetings, await topic(4))


@pytest.fixture
async def of(database: ServiceDatabase, kafka: str) -> AsyncIterator[Running]:
    made = running(database.url, kafka, "reporting")
    yield made
    await made.database.close()


@pytest.fixture
async def live(database: ServiceDatabase, kafka: str, projection: Projection) -> AsyncIterator[Live]:
    """`live()` starts the live consumer."""
    started: list[tuple[Running, asyncio.Task[None]]] = []

    def begin() -> asyncio.Task[None]:
        process = running(database.url, kafka, "reporting", consumer_batch=100)
        task = asyncio.ensure_future(consumer.run(process, projection.subscriptions))
        started.append((process, task))
        return task

    yield begin
    for process, task in started:
        process.stopping.set()
        await asyncio.wait_for(task, 20)
        await process.database.close()


@pytest.fixture
def anew(of: Running, projection: Projection, database: ServiceDatabase) -> Anew:
    return Anew(of, projection, database.owner_url)


async def tell(kafka: str, projection: Projection, numbers: range) -> None:
    async with producing(kafka) as producer:
        for number in numbers:
            await publish(producer, projection.topic, life(number))


async def contents(owner: asyncpg.Connection) -> dict[str, list[Any]]:
    return {table: [tuple(row) for row in await owner.fetch(f"table {table} order by 1, 2")] for table in TABLES}


async def as_expected(owner: asyncpg.Connection, numbers: range) -> bool:
    rows = await owner.fetch("select meeting_id, state, starts_at, notice_days from meeting")
    found = {row["meeting_id"]: (row["state"], row["starts_at"], row["notice_days"]) for row in rows}
    assert found == expected(numbers)
    return True


async def positions(owner: asyncpg.Connection, consumer: str = "reporting") -> int:
    return await owner.fetchval("select sum(position)::int from consumer_position where consumer = $1", consumer) or 0


async def caught_up(owner: asyncpg.Connection, number: int) -> bool:
    assert await positions(owner) == number
    return True


async def nothing_is_left(owner: asyncpg.Connection) -> bool:
    left = await owner.fetchval(
        "select (select count(*) from consumer_position where consumer <> 'reporting') "
        "+ (select count(*) from consumer_seen where consumer <> 'reporting') "
        "+ (select count(*) from parked_record where consumer <> 'reporting') "
        "+ (select count(*) from pg_tables where schemaname = 'reporting_rebuild')"
    )
    return left == 0


async def test_the_rebuilt_is_the_live_one_and_what_was_told(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    live()
    await tell(kafka, projection, range(60))
    await eventually(lambda: caught_up(owner, 360))
    before, tables = await contents(owner), await owner.fetch("select oid from pg_class where relname = 'meeting'")
    report = await anew.run()
    assert [bool(each) for each in report.differences] == [False] * 4
    assert await contents(owner) == before
    assert await as_expected(owner, range(60))
    assert await owner.fetch("select oid from pg_class where relname = 'meeting'") != tables
    assert await nothing_is_left(owner)


async def test_a_rebuilt_table_keeps_keys_rules_indexes_and_rights(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    async def shape() -> list[Any]:
        return await owner.fetch(
            "select relname, relkind, relowner, reloptions, "
            "array(select each::text from unnest(relacl) each order by 1), "
            "array(select pg_get_constraintdef(oid) || conname from pg_constraint where conrelid = c.oid order by 1), "
            "array(select attname || attnotnull || format_type(atttypid, atttypmod) from pg_attribute "
            "where attrelid = c.oid and attnum > 0 order by 1) "
            "from pg_class c where relnamespace = 'reporting'::regnamespace order by relname"
        )

    await owner.execute("alter table meeting set (fillfactor = 90)")
    before = await shape()
    await tell(kafka, projection, range(3))
    live()
    await eventually(lambda: caught_up(owner, 18))
    await anew.run()
    assert await shape() == before


async def test_what_comes_during_a_rebuild_and_after_it_is_applied_once(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    live()
    await tell(kafka, projection, range(50))
    await eventually(lambda: positions_past(owner, 100))
    telling = asyncio.create_task(tell(kafka, projection, range(50, 300)))
    await anew.run()
    await tell(kafka, projection, range(300, 330))
    await telling
    await eventually(lambda: as_expected(owner, range(330)))
    rows = await owner.fetch("select sequence, count(*)::int as keys from consumer_seen group by sequence")
    assert [tuple(row) for row in rows] == [(6, 330)]
    assert await owner.fetchval("select count(*) from parked_record") == 0


async def positions_past(owner: asyncpg.Connection, number: int) -> bool:
    assert await positions(owner) > number
    return True


async def test_reads_go_on_during_the_swap_and_always_see_everything(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew, of: Running
) -> None:
    live()
    await tell(kafka, projection, range(80))
    await eventually(lambda: caught_up(owner, 480))
    whole, seen, reading_on = {"meeting": 80, "decision": 80}, 0, True

    async def read() -> None:
        nonlocal seen
        while reading_on:
            async with of.database.read() as tx:
                # One snapshot over two tables, with the pool's prepared statements: the swap may fall in between.
                for table, number in whole.items():
                    assert await tx.fetchval(f"select count(*)::int from {table}") == number
                    await asyncio.sleep(0.002)
            seen += 1

    readers = [asyncio.create_task(read()) for _ in range(4)]
    for _ in range(5):
        await anew.run()
    before = seen
    await eventually(lambda: seen > before + 8)
    reading_on = False
    await asyncio.gather(*readers)


async def test_the_swap_waits_for_a_reader_whose_snapshot_is_older_than_the_rebuilt_rows(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew, of: Running
) -> None:
    live()
    await tell(kafka, projection, range(5))
    await eventually(lambda: caught_up(owner, 30))
    async with of.database.read() as tx:
        await tx.fetchval("select count(*) from body")
        rebuilding = asyncio.create_task(anew.run())
        await eventually(lambda: anew.told and anew.told[-1][2] == "swapping")
        # Long enough for a swap that does not wait: it would show this reader an empty table.
        await eventually(lambda: positions_locked(owner))
        assert await tx.fetchval("select count(*)::int from meeting") == 5
        assert not rebuilding.done()
    await rebuilding
    assert await as_expected(owner, range(5))


async def positions_locked(owner: asyncpg.Connection) -> bool:
    """Whether somebody holds the live positions: the rebuild, while it waits."""
    try:
        await owner.execute("select 1 from consumer_position where consumer = 'reporting' for update nowait")
    except asyncpg.LockNotAvailableError:
        return True
    return False


async def test_a_rebuild_killed_in_the_midst_goes_on_where_it_was(
    kafka: str, owner: asyncpg.Connection, database: ServiceDatabase, projection: Projection, live: Live, anew: Anew
) -> None:
    await tell(kafka, projection, range(4_000))
    live()
    await eventually(lambda: caught_up(owner, 24_000), within=60)
    before = await contents(owner)
    addresses = (database.url, database.owner_url, kafka, projection.topic)
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.support.rebuilding", *addresses)
    await eventually(lambda: rebuilt_some(owner, process), within=60, every=0.005)
    process.kill()
    await process.wait()
    there = await positions(owner, "reporting.rebuild.meetings")
    assert 0 < there < 24_000
    with pytest.raises(Unfinished, match="--resume"):
        await anew.run()
    report = await anew.run(resume=True)
    assert min(done for done, _, step in anew.told if step == "reading") >= there
    assert not report.differs
    assert await contents(owner) == before


async def rebuilt_some(owner: asyncpg.Connection, process: Any) -> bool:
    assert process.returncode is None
    return await positions(owner, "reporting.rebuild.meetings") > 0


async def test_a_rebuild_whose_connections_are_cut_goes_on_by_itself(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    await tell(kafka, projection, range(2_000))
    live()
    await eventually(lambda: caught_up(owner, 12_000), within=60)
    before = await contents(owner)
    rebuilding = asyncio.create_task(anew.run())
    await eventually(lambda: positions_of_rebuild(owner), within=60, every=0.005)
    cut = await owner.fetch(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cispd-reporting-rebuild'"
    )
    assert cut
    assert not (await rebuilding).differs
    assert await contents(owner) == before
    assert await nothing_is_left(owner)


async def positions_of_rebuild(owner: asyncpg.Connection) -> bool:
    return await positions(owner, "reporting.rebuild.meetings") > 0


async def test_a_rebuild_that_is_told_to_stop_says_how_to_go_on(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew, of: Running
) -> None:
    live()
    await tell(kafka, projection, range(5))
    await eventually(lambda: caught_up(owner, 30))
    of.stopping.set()
    with pytest.raises(Stopped, match="--resume"):
        await anew.run()
    of.stopping.clear()
    await anew.run(resume=True)
    assert await as_expected(owner, range(5))


async def test_a_record_that_cannot_be_applied_is_put_aside_here_as_there(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    live()
    bad, *others = life(1)
    async with producing(kafka) as producer:
        await send(producer, projection.topic, bad, 1, value=b"{}")
        await publish(producer, projection.topic, others, after=1)
        await publish(producer, projection.topic, life(2))
    await eventually(lambda: caught_up(owner, 12))
    assert await owner.fetchval("select count(*) from parked_record") == 6
    parked = await owner.fetch('select "offset", reason, attempts from parked_record order by "offset"')
    report = await anew.run()
    assert not report.differs
    assert await owner.fetch('select "offset", reason, attempts from parked_record order by "offset"') == parked
    assert await as_expected(owner, range(2, 3))
    assert await nothing_is_left(owner)


async def test_what_was_discarded_stays_discarded(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    live()
    bad, *others = life(1)
    async with producing(kafka) as producer:
        await send(producer, projection.topic, bad, 1, value=b"{}")
        await eventually(lambda: caught_up(owner, 1))
        await owner.execute("update parked_record set state = 'discarded', settled_by = 'x', settled_why = 'a reason'")
        await publish(producer, projection.topic, others, after=1)
    await eventually(lambda: caught_up(owner, 6))
    assert not (await anew.run()).differs
    assert await as_expected(owner, range(1, 2))
    assert await owner.fetchval("select settled_why from parked_record") == "a reason"


async def test_contents_that_differ_are_told_and_wait_for_consent(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    live()
    await tell(kafka, projection, range(20))
    await eventually(lambda: caught_up(owner, 120))
    await owner.execute("update meeting set state = 'planned' where notice_days < 3")
    await owner.execute("delete from decision where ctid in (select ctid from decision limit 2)")
    await owner.execute("insert into annual_duty values (1900, '1900-01-01', now())")
    with pytest.raises(ContentsDiffer) as told:
        await anew.run()
    assert "meeting: 17 rows alike, 3 different, 0 only live, 0 only rebuilt" in str(told.value)
    assert "decision: 18 rows alike, 0 different, 0 only live, 2 only rebuilt" in str(told.value)
    assert "annual_duty: 3 rows alike, 0 different, 1 only live, 0 only rebuilt" in str(told.value)
    assert await owner.fetchval("select count(*) from meeting where state = 'planned'") == 3
    assert (await anew.run(resume=True, accept_differences=True)).differs
    assert await as_expected(owner, range(20))


async def test_a_rebuild_given_up_leaves_nothing(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    live()
    await tell(kafka, projection, range(5))
    await eventually(lambda: caught_up(owner, 30))
    await owner.execute("delete from decision")
    with pytest.raises(ContentsDiffer):
        await anew.run()
    work = anew.work()
    await work.abandon()
    await work.close()
    assert await nothing_is_left(owner)
    assert await owner.fetchval("select count(*) from decision") == 0
    lines = await owner.fetch("select target, by is not null, outcome from operation")
    assert [tuple(line) for line in lines] == [("meetings", True, "abandoned")]


async def test_a_topic_that_forgets_is_refused(
    of: Running, database: ServiceDatabase, topic: Callable[..., Awaitable[str]]
) -> None:
    with pytest.raises(Incomplete, match="62 days"):
        await Anew(of, on_topic(recalls, await topic(1)), database.owner_url).run()


async def test_a_topic_that_lost_its_beginning_is_refused(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    await tell(kafka, projection, range(20))
    live()
    await eventually(lambda: caught_up(owner, 120))
    await asyncio.to_thread(cut_off, kafka, projection.topic)
    with pytest.raises(Incomplete, match="begins at offset"):
        await anew.run()


def cut_off(bootstrap: str, topic: str) -> None:
    from confluent_kafka import TopicPartition
    from confluent_kafka.admin import AdminClient

    admin = AdminClient({"bootstrap.servers": bootstrap})
    for answer in admin.delete_records([TopicPartition(topic, partition, 5) for partition in range(4)]).values():
        answer.result(30)


async def test_a_key_of_which_the_topic_holds_less_than_was_seen_is_refused(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew
) -> None:
    await tell(kafka, projection, range(3))
    live()
    await eventually(lambda: caught_up(owner, 18))
    await owner.execute("update consumer_seen set sequence = 9 where key = (select min(key) from consumer_seen)")
    with pytest.raises(Incomplete, match="of 1 keys"):
        await anew.run()


async def test_a_table_changed_under_an_unfinished_rebuild_is_noticed(
    kafka: str, owner: asyncpg.Connection, projection: Projection, live: Live, anew: Anew, of: Running
) -> None:
    await tell(kafka, projection, range(3))
    live()
    await eventually(lambda: caught_up(owner, 18))
    of.stopping.set()
    with pytest.raises(Stopped):
        await anew.run()
    of.stopping.clear()
    await owner.execute("alter table meeting add column more text")
    with pytest.raises(CannotRebuild, match="migration"):
        await anew.run(resume=True)


async def test_a_rebuild_makes_no_span_per_record(
    kafka: str,
    owner: asyncpg.Connection,
    projection: Projection,
    live: Live,
    anew: Anew,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live()
    await tell(kafka, projection, range(100))
    await eventually(lambda: caught_up(owner, 600))
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    for module in (database_spans, consumer_spans, outbox):
        monkeypatch.setattr(module, "tracer", provider.get_tracer("test"))
    with provider.get_tracer("test").start_as_current_span("whole"):
        await anew.run()
    names = Counter(span.name for span in spans.get_finished_spans())
    assert not [name for name in names if name.startswith("process")]
    assert names.total() < 150
