"""The whole of a rebuild: begin or go on, fill, compare, swap, forget."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic

import structlog
from aiokafka.errors import KafkaError

from services.chassis import operations
from services.chassis.consumer.positions import Fenced
from services.chassis.database import Connection, Database
from services.chassis.database_faults import is_transient
from services.chassis.projections import Projection
from services.chassis.rebuild.comparing import Difference, compare, keys_behind
from services.chassis.rebuild.fence import Fence, older_readers_gone
from services.chassis.rebuild.filling import Filling
from services.chassis.rebuild.fingerprint import fingerprint
from services.chassis.rebuild.inheriting import forget, inherit, let_go
from services.chassis.rebuild.progress import Tell
from services.chassis.rebuild.reading import Reading, check_stopping
from services.chassis.rebuild.refusals import Busy, Changed, ContentsDiffer, Incomplete, Unfinished
from services.chassis.rebuild.shadow import Shadow
from services.chassis.rebuild.workers import Share, Workers
from services.chassis.running import Running
from services.chassis.topic_reader import NoSuchTopic, TopicReader

_log = structlog.get_logger()
SWAP_TRIES = 30
READERS_SECONDS = 2.0
LONGEST_PAUSE = 10.0
# So long the database may take to see that a connection of ours, with the lock, is gone.
GHOST_SECONDS = 10.0
LOCK = "select pg_try_advisory_lock(hashtext('rebuild'), hashtext($1))"


@dataclass(frozen=True)
class Report:
    """What was found before the swap: a line a table, and how many records are put aside in the rebuilt projection."""

    differences: list[Difference]
    parked: int

    @property
    def differs(self) -> bool:
        return any(self.differences) or self.parked > 0

    def __str__(self) -> str:
        lines = [str(difference) for difference in self.differences]
        return "\n".join([*lines, f"{self.parked} keys stopped by a record that cannot be applied"])


@dataclass
class Rebuilding:
    """`owner_url` is the address of the role that owns the schema."""

    running: Running
    projection: Projection
    owner_url: str
    tell: Tell
    workers: Workers
    live: Database = field(init=False)
    beside: Database = field(init=False)
    shadow: Shadow = field(init=False)

    def __post_init__(self) -> None:
        service = self.running.service_name
        self.shadow = Shadow(service, tuple(table.name for table in self.projection.tables))
        session, name = {"idle_in_transaction_session_timeout": "120s"}, f"cispd-{service}-rebuild"
        # Both sides are compared in memory, up to a million keys or so.
        memory = {"work_mem": "64MB"}
        self.live = Database(self.owner_url, max_size=4, session=session | memory, application_name=name)
        paths = {"search_path": f"{self.shadow.schema}, {service}"}
        self.beside = Database(self.owner_url, max_size=1, session=session | paths, application_name=name)

    @property
    def consumer(self) -> str:
        return f"{self.running.service_name}.rebuild.{self.projection.name}"

    @property
    def fence(self) -> Fence:
        return Fence(self.live, self.running.service_name, self.projection.topic)

    async def run(self, *, resume: bool, accept_differences: bool) -> Report:
        """Rebuilds and swaps. Raises CannotRebuild; what was built is then kept, and `resume` goes on with it."""
        self._check_kept()
        async with self._alone():
            operation = await self._begin(resume)
        pause = 0.5
        while True:
            try:
                # Anew each time: a restart of the database ends the lock with its connection.
                async with self._alone(patience=GHOST_SECONDS):
                    return await self._work(operation, accept_differences)
            except Exception as fault:
                if not passes(fault):
                    raise
                _log.warning("rebuild.retries", again_in=pause, exc_info=fault)
            await self.running.pause(pause)
            check_stopping(self.running)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def fill(self, share: Share) -> None:
        """What a worker does: fills its share, and neither compares nor swaps."""
        source = self._source()
        filling = Filling(self.running, self.projection, self.consumer, self.beside, source, owner=share.owner)
        try:
            await self._opened(source)
            filling.positions = share.positions
            source.go_to(share.positions)
            await filling.up_to(share.targets)
        finally:
            filling.start_over()
            await source.close()

    async def abandon(self) -> None:
        """Gives up what was built so far."""
        async with self._alone(), self.live.transaction() as tx:
            # First the line and the positions: who still holds one ends its batch, and never meets tables half gone.
            await operations.end(tx, "rebuild", self.projection.name, "abandoned")
            await forget(tx, self.consumer)
            await self.shadow.drop(tx)

    async def close(self) -> None:
        await self.live.close()
        await self.beside.close()

    def _check_kept(self) -> None:
        topic = self.projection.catalogued
        if topic.retention_days:
            raise Incomplete(
                f"{topic.name} keeps its records for {topic.retention_days} days only (retention_days in "
                "schemas/topics.toml): a rebuild would lose every older figure. The live projection is the only record "
                "of them; restore it from a backup of the database if it is damaged"
            )

    @asynccontextmanager
    async def _alone(self, *, patience: float = 0.0) -> AsyncIterator[None]:
        """Holds the lock of this rebuild. Raises Busy when another has it for longer than `patience` seconds."""
        connection, deadline = await self.live.dedicated(), monotonic() + patience
        try:
            while not await connection.fetchval(LOCK, self.consumer):
                if monotonic() > deadline:
                    raise Busy(f"another process rebuilds {self.projection.name} right now")
                check_stopping(self.running)  # a pause is none any more then
                await self.running.pause(0.1)
            yield
        finally:
            connection.terminate()

    async def _begin(self, resume: bool) -> int:
        """The id of the rebuild's line in `operation`."""
        async with self.live.transaction() as tx:
            if await self.shadow.exists(tx):
                if not resume:
                    raise Unfinished("an earlier rebuild is there: go on with it (--resume), or give it up (--abandon)")
                await self.shadow.check_shape(tx)
                return await self._check_code(tx)
            await forget(tx, self.consumer)
            await self.shadow.make(tx)
            return await operations.begin(tx, "rebuild", self.projection.name, fingerprint(self.projection))

    async def _check_code(self, tx: Connection) -> int:
        begun = await operations.last(tx, "rebuild", self.projection.name)
        if begun is None or begun["fingerprint"] != fingerprint(self.projection):
            raise Changed(
                f"the code of {self.projection.name}, or code it imports, has changed since this rebuild began: some "
                "rows would be of the old code. Give it up (--abandon), then start again"
            )
        line: int = begun["id"]
        return line

    async def _work(self, operation: int, accept_differences: bool) -> Report:
        source = self._source()
        filling = Filling(self.running, self.projection, self.consumer, self.beside, source, operation=operation)
        try:
            partitions = await self._opened(source)
            await self.fence.enter(partitions)
            await self._check_whole(source)
            await filling.claim(partitions)
            reading = self._reading(filling)
            await reading.come_near()
            async with self.live.transaction() as tx:
                await self.shadow.complete(tx)
            report = await self._compare(reading)
            if report.differs and not accept_differences:
                raise ContentsDiffer(
                    f"{report}\nNot put in place. If this is what the rebuild is for, run it again with --resume "
                    "--accept-differences; otherwise find out why, and --abandon"
                )
            await self._swap(reading, report)
        finally:
            filling.start_over()
            await source.close()
        async with self.live.transaction() as tx:
            await forget(tx, self.consumer)
        return report

    def _source(self) -> TopicReader:
        return TopicReader(self.running.settings.kafka_bootstrap_servers, self.projection.topic)

    def _reading(self, filling: Filling) -> Reading:
        built = Fence(self.live, self.consumer, self.projection.topic)
        return Reading(self.running, filling, self.fence, built, self.workers, self.tell)

    async def _opened(self, source: TopicReader) -> list[int]:
        try:
            return await source.open()
        except NoSuchTopic as missing:
            raise Incomplete(str(missing)) from None

    async def _check_whole(self, source: TopicReader) -> None:
        live = await self.fence.positions()
        for partition, bounds in (await source.bounds()).items():
            where = f"partition {partition} of {source.topic}"
            if bounds.first > 0:
                raise Incomplete(
                    f"{where} begins at offset {bounds.first}: records that should be kept for ever are gone. "
                    "Restore the topic, or keep the live projection"
                )
            if live.get(partition, 0) > bounds.end:
                raise Incomplete(f"{where} ends at {bounds.end}, before the live position: was the topic made anew?")

    async def _compare(self, reading: Reading) -> Report:
        """Both are filled up to the same moment; they are compared as of that moment while the live one goes on."""
        async with self.live.connection() as connection:
            async with self.fence.closed() as (_, targets):
                await reading.fill(targets, step="catching up")
                view = connection.transaction(isolation="repeatable_read", readonly=True)
                await view.start()
                await connection.execute("select 1 from consumer_position limit 1")
            try:
                self.tell(sum(targets.values()), sum(targets.values()), step="comparing")
                return await self._found(connection)
            finally:
                await view.rollback()

    async def _found(self, view: Connection) -> Report:
        behind, parked = await keys_behind(view, self.running.service_name, self.consumer, self.projection.topic)
        if behind > parked:
            raise Incomplete(
                f"of {behind - parked} keys the topic {self.projection.topic} holds less than the live projection has "
                "seen: records are missing there. Restore the topic, or keep the live projection (--abandon)"
            )
        live, schema = self.shadow.live, self.shadow.schema
        differences = [
            await compare(view, table, f"{live}.{table}", f"{schema}.{table}") for table in self.shadow.tables
        ]
        return Report(differences, parked)

    async def _swap(self, reading: Reading, report: Report) -> None:
        """In one transaction: tables, versions, records put aside; the position is the same on both sides."""
        for attempt in range(SWAP_TRIES):
            await reading.come_near()
            try:
                async with self.fence.closed() as (tx, targets):
                    await reading.fill(targets, step="swapping")
                    await older_readers_gone(tx, within=READERS_SECONDS)
                    await operations.end(tx, "rebuild", self.projection.name, f"swapped\n{report}")
                    await let_go(tx, self.consumer)
                    await inherit(
                        tx, self.running.service_name, self.consumer, self.projection.topic, operations.operator()
                    )
                    await tx.execute(f"set local lock_timeout = '{lock_milliseconds(attempt)}ms'")
                    await self.shadow.take_over(tx)
                return
            except Exception as fault:
                if not isinstance(fault, Busy) and not is_transient(fault):
                    raise
                _log.info("rebuild.swap_waits", attempt=attempt + 1, reason=type(fault).__name__)
            check_stopping(self.running)
            await self.running.pause(min(0.2 * (attempt + 1), 2.0))
        raise Busy(
            "the live tables were in use all the time. Nothing is lost: end the long transaction "
            "(pg_stat_activity), then run again with --resume"
        )


def passes(fault: Exception) -> bool:
    """Whether a rebuild goes on by itself after `fault`."""
    return isinstance(fault, KafkaError | Fenced) or is_transient(fault)


def lock_milliseconds(attempt: int) -> int:
    """How long reads may queue behind the swap. Only a wait of more than a second sends autovacuum away."""
    return 200 if attempt < SWAP_TRIES // 2 else 1_200
