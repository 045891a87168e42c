"""The outbox against a model: writers, pages, crashes, resharding and pruning in any order Hypothesis thinks of."""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine
from typing import Any
from uuid import UUID, uuid4

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from services.chassis.database import Database
from services.chassis.relay import cursor as cursors
from services.chassis.relay.cursor import PLANNER, Cursor, Page, Position
from services.chassis.relay.pruning import prune
from tests.support.databases import Databases
from tests.support.messaging import append_rows

WRITERS = 4
KEYS = [uuid4() for _ in range(5)]


class Outbox(RuleBasedStateMachine):
    """Writers hold their keys' locks until they end, as rows of aggregates do; the relay is played page by page."""

    loop: asyncio.AbstractEventLoop
    databases: Databases

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    @initialize()
    def begin(self) -> None:
        self.version: dict[UUID, int] = defaultdict(int)
        self.committed: dict[UUID, list[int]] = defaultdict(list)
        self.published: dict[UUID, list[int]] = defaultdict(list)
        self.open: dict[int, tuple[Any, dict[UUID, list[int]]]] = {}
        self.shards = 1
        self.stood: dict[int, Position] = {}
        self.pages: dict[int, list[Page]] = defaultdict(list)
        self.unmoved: dict[int, int] = defaultdict(int)
        self.do(self._connect())

    async def _connect(self) -> None:
        self.sandbox = await self.databases.create("sandbox")
        database = Database(self.sandbox.url)
        self.writers = [await database.dedicated() for _ in range(WRITERS)]
        self.relay = await database.dedicated(**PLANNER)

    # writers

    @rule(writer=st.integers(0, WRITERS - 1), key=st.sampled_from(KEYS), facts=st.integers(1, 4))
    def append(self, writer: int, key: UUID, facts: int) -> None:
        locked = any(key in written for other, (_, written) in self.open.items() if other != writer)
        if locked:
            return
        if writer not in self.open:
            transaction = self.writers[writer].transaction()
            self.do(transaction.start())
            self.open[writer] = transaction, defaultdict(list)
        written = self.open[writer][1]
        last = self.version[key] + len(written[key])
        new = list(range(last + 1, last + facts + 1))
        written[key] += new
        self.do(append_rows(self.writers[writer], "t", [(key, version) for version in new]))

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def commit(self, data: st.DataObject) -> None:
        transaction, written = self.open.pop(data.draw(st.sampled_from(sorted(self.open))))
        self.do(transaction.commit())
        for key, versions in written.items():
            self.committed[key] += versions
            self.version[key] += len(versions)

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def roll_back(self, data: st.DataObject) -> None:
        transaction, _ = self.open.pop(data.draw(st.sampled_from(sorted(self.open))))
        self.do(transaction.rollback())

    # the relay

    def cursor(self, shard: int) -> Cursor:
        return Cursor(self.relay, self.shards, shard)

    @rule(shard=st.integers(0, 2))
    def read_a_page(self, shard: int) -> None:
        """The first page in hand is on its way; the one after it may be read meanwhile."""
        shard %= self.shards
        if shard not in self.stood:
            self.stood[shard] = self.do(self.cursor(shard).load())
        in_hand = self.pages[shard]
        if len(in_hand) < 2:
            after = in_hand[-1].then if in_hand else self.stood[shard]
            in_hand.append(self.do(self.cursor(shard).read(after)))

    @rule(shard=st.integers(0, 2))
    def publish_and_move(self, shard: int) -> None:
        self.publish(shard % self.shards)
        self.move(shard % self.shards)

    @rule(shard=st.integers(0, 2))
    def publish_and_leave_the_cursor_for_later(self, shard: int) -> None:
        self.publish(shard % self.shards)

    @rule(shard=st.integers(0, 2))
    def publish_and_die_before_the_cursor_moves(self, shard: int) -> None:
        shard %= self.shards
        self.publish(shard)
        for known in (self.stood, self.pages, self.unmoved):
            known.pop(shard, None)  # type: ignore[attr-defined]

    def publish(self, shard: int) -> None:
        if not self.pages[shard]:
            return
        page = self.pages[shard].pop(0)
        for row in page.rows:
            self.published[UUID(row["key"])].append(int(row["headers"]["ce_sequence"]))
        self.unmoved[shard] += len(page.rows)
        self.stood[shard] = page.then

    def move(self, shard: int) -> None:
        if shard in self.stood:
            self.do(self.cursor(shard).advance(self.stood[shard], self.unmoved.pop(shard, 0)))

    @rule(shard=st.integers(0, 2))
    def publish_all_that_is_visible(self, shard: int) -> None:
        self.drain(shard % self.shards)

    @rule(shards=st.integers(1, 3))
    def reshard(self, shards: int) -> None:
        self.shards = shards
        self.stood.clear()
        self.pages.clear()
        self.unmoved.clear()
        self.do(self.cursor(0).load())

    @rule()
    def prune_all_that_may_go(self) -> None:
        self.do(prune(self.relay, 0.0))

    # what must hold

    def teardown(self) -> None:
        if not hasattr(self, "writers"):
            return
        for writer, (transaction, written) in list(self.open.items()):
            self.do(transaction.commit())
            for key, versions in written.items():
                self.committed[key] += versions
            del self.open[writer]
        self.pages.clear()
        for shard in range(self.shards):
            self.drain(shard)
        for each in (*self.writers, self.relay):
            each.terminate()
        self.do(self.databases.drop(self.sandbox))
        first = {key: list(dict.fromkeys(versions)) for key, versions in self.published.items()}
        assert first == {key: versions for key, versions in self.committed.items() if versions}

    def drain(self, shard: int) -> None:
        while True:
            self.read_a_page(shard)
            last = not self.pages[shard][0].rows
            self.publish(shard)
            self.move(shard)
            if last:
                return


@pytest.fixture
def machine(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Pages of three rows, so that rounds have many; a loop of the machine's own."""
    monkeypatch.setattr(cursors, "PAGE_ROWS", 3)
    loop = asyncio.new_event_loop()

    class Here(Outbox):
        pass

    Here.loop, Here.databases = loop, databases
    yield Here
    loop.close()


def test_whatever_writers_relays_and_operators_do_all_that_was_committed_goes_out_in_order(machine: Any) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
            print_blob=True,
        ),
    )
