"""Timers against a model: two processes fire, fail and die while timers are set and taken back and the clock moves."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import asyncpg
import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.chassis.act import Act
from services.chassis.database import Database
from services.chassis.running import Running
from services.chassis.timers import Timer, cancel, firing, schedule
from tests.integration.chassis_messaging.model_of_timers import Key, Model
from tests.integration.chassis_messaging.timers_at_work import NOW, Still
from tests.support.databases import Databases
from tests.support.ledger_of_firings import TABLE, write
from tests.support.messaging import running

BATCH = 3
NAMES = ("one", "two")
KEYS: list[Key] = [(name, str(number)) for name in NAMES for number in range(3)]

# Mostly what is due already: turns that find nothing show nothing.
minutes = st.sampled_from([-90, -30, -10, -10, -1, -1, 0, 1, 10, 60])
processes = st.integers(0, 1)
# The outcome of a handler: it ends well, fails, or meets what passes by itself.
OUTCOMES = {"fire": None, "fail": ValueError("a rule"), "pass": asyncpg.LockNotAvailableError("a lock")}
outcomes = st.sampled_from(["fire", "fire", "fail", "pass"])


@dataclass
class Order:
    """What a handler is to do: set (`due`) or take back `also`, then end as `outcome` says."""

    outcome: str
    also: Key | None = None
    due: datetime | None = None
    setting: int = 0


@dataclass
class Process:
    """One that fires, whose handler halts until it is told how to end."""

    running: Running
    arrived: asyncio.Queue[tuple[Timer, Act]] = field(default_factory=asyncio.Queue)
    orders: asyncio.Queue[Order] = field(default_factory=asyncio.Queue)
    turn: asyncio.Task[int] | None = None

    async def handler(self, timer: Timer, act: Act) -> None:
        await self.arrived.put((timer, act))
        order = await self.orders.get()
        if order.also and order.due:
            name, key = order.also
            await schedule(act.tx, name, key=key, due=order.due, payload={"setting": order.setting})
        elif order.also:
            await cancel(act.tx, *order.also)
        await write(replace(timer, key=str(timer.payload["setting"])), act)
        if fault := OUTCOMES[order.outcome]:
            raise fault

    async def until_it_halts(self) -> tuple[Timer, Act] | None:
        """The next call of the handler, or nothing when the turn has ended; raises what ended it."""
        assert self.turn is not None
        arrival = asyncio.ensure_future(self.arrived.get())
        await asyncio.wait({arrival, self.turn}, return_when=asyncio.FIRST_COMPLETED)
        if arrival.done():
            return arrival.result()
        arrival.cancel()
        self.turn.result()
        return None


class TimersUnderWay(RuleBasedStateMachine):
    """What an open turn holds is left alone by the others, who in life would wait for it."""

    loop: asyncio.AbstractEventLoop
    databases: Databases

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(asyncio.wait_for(work, 120))

    @initialize()
    def begin(self) -> None:
        self.model, self.clock, self.settings_made = Model(), Still(), count()
        self.at: dict[int, tuple[Timer, Act]] = {}
        self.do(self._open())

    async def _open(self) -> None:
        self.sandbox = await self.databases.create("sandbox")
        self.admin = await asyncpg.connect(self.sandbox.admin_url, server_settings={"search_path": "sandbox"})
        await self.admin.execute(TABLE)
        # A turn stays open for as long as Hypothesis likes.
        patient = {"idle_in_transaction_session_timeout": "0"}
        self.outside = Database(self.sandbox.url)
        self.processes = [Process(running(self.sandbox.url, "127.0.0.1:9")) for _ in range(2)]
        for each in self.processes:
            each.running.database = Database(self.sandbox.url, session=patient)
            each.running.clock = self.clock

    # those who set timers, and the clock

    @rule(name=st.sampled_from(NAMES), minutes=st.lists(minutes, min_size=1, max_size=3))
    def set_some(self, name: str, minutes: list[int]) -> None:
        for number, each in enumerate(minutes):
            self.set((name, str(number)), each)

    def set(self, key: Key, minutes: int) -> None:
        if self.model.held(key):
            return
        due, setting = self.clock.moment + timedelta(minutes=minutes), next(self.settings_made)

        async def setting_it() -> None:
            async with self.outside.transaction() as tx:
                await schedule(tx, key[0], key=key[1], due=due, payload={"setting": setting})

        self.do(setting_it())
        self.model.set(key, due, setting)

    @rule(key=st.sampled_from(KEYS))
    def take_back(self, key: Key) -> None:
        if self.model.held(key):
            return

        async def taking_back() -> None:
            async with self.outside.transaction() as tx:
                await cancel(tx, *key)

        self.do(taking_back())
        self.model.take_back(key)

    @rule(minutes=minutes)
    def the_clock_jumps(self, minutes: int) -> None:
        self.clock.moment += timedelta(minutes=minutes)

    # those who fire

    @rule(process=processes, name=st.sampled_from(NAMES))
    def begin_a_turn(self, process: int, name: str) -> None:
        if process in self.model.turns:
            return
        self.model.begin(process, name, self.clock.moment, BATCH)
        self.do(self._begin(self.processes[process], name))
        self.go_on(process)

    async def _begin(self, process: Process, name: str) -> None:
        process.turn = asyncio.create_task(firing.turn(process.running, name, process.handler))

    @precondition(lambda self: self.model.turns)
    @rule(data=st.data(), outcome=outcomes, to=st.sampled_from([None, -10, 5, 60]))
    def a_handler_ends(self, data: st.DataObject, outcome: str, to: int | None) -> None:
        process = data.draw(st.sampled_from(sorted(self.model.turns)))
        of_its_turn = [key for key, _ in self.model.turns[process].claimed]
        also = data.draw(st.none() | st.sampled_from(of_its_turn) | st.sampled_from(KEYS))
        if also and self.model.held(also, by_others_than=process):
            also = None
        due = None if to is None else self.clock.moment + timedelta(minutes=to)
        self.end(process, Order(outcome, also, due, next(self.settings_made)))

    def end(self, process: int, order: Order, *, stops: bool = False) -> None:
        del self.at[process]
        if order.outcome == "fire":
            self.model.fire(process, order.also, order.due, order.setting)
        else:
            self.model.put_off(process, counted=order.outcome == "fail")
        self.processes[process].orders.put_nowait(order)
        if stops:
            self.processes[process].running.stopping.set()
            self.model.turns[process].claimed.clear()
        self.go_on(process)
        self.processes[process].running.stopping.clear()

    @precondition(lambda self: self.model.turns)
    @rule(data=st.data())
    def a_process_is_asked_to_stop_in_a_handler(self, data: st.DataObject) -> None:
        self.end(data.draw(st.sampled_from(sorted(self.model.turns))), Order("fire"), stops=True)

    @precondition(lambda self: self.model.turns)
    @rule(data=st.data())
    def a_connection_is_lost_in_a_handler(self, data: st.DataObject) -> None:
        process = data.draw(st.sampled_from(sorted(self.model.turns)))
        _, act = self.at.pop(process)
        self.model.forget(process)
        self.do(self._lose(self.processes[process], act))

    async def _lose(self, process: Process, act: Act) -> None:
        pid = act.tx.get_server_pid()
        assert await self.admin.fetchval("select pg_terminate_backend($1, 60000)", pid)
        process.orders.put_nowait(Order("fire"))
        with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError)):
            await process.until_it_halts()

    def go_on(self, process: int) -> None:
        """To the next handler or to the end of the turn, as the model foretells."""
        expected, found = self.model.next(process), self.do(self.processes[process].until_it_halts())
        if expected is None:
            assert found is None
            self.model.commit(process)
            return
        assert found is not None
        (name, key), row = expected
        timer, act = self.at[process] = found
        assert (timer.name, timer.key, timer.due) == (name, key, row.due)
        assert timer.payload == {"setting": row.setting}
        assert timer.due <= act.now

    # what must hold

    @invariant()
    def what_is_set_and_what_has_fired_is_as_the_model_says(self) -> None:
        if not hasattr(self, "processes"):
            return
        rows = self.do(self.admin.fetch("select name, key, due, next_at, attempts from timer order by id"))
        wanted = sorted(self.model.rows.items(), key=lambda item: item[1].number)
        assert [tuple(row) for row in rows] == [(*key, row.due, row.next_at, row.attempts) for key, row in wanted]
        assert sorted(self.fired()) == sorted(self.model.fired)

    def fired(self) -> list[list[int]]:
        """The settings that fired, in order, turn by turn."""
        statement = "select array_agg(key::int order by id) from fired group by turn"
        return [row[0] for row in self.do(self.admin.fetch(statement))]

    def teardown(self) -> None:
        if not hasattr(self, "processes"):
            return
        for process in list(self.model.turns):
            while process in self.model.turns:
                self.end(process, Order("fire"))
        self.clock.moment = NOW + timedelta(days=30)
        for name in NAMES:
            while any(key[0] == name for key in self.model.rows):
                self.begin_a_turn(0, name)
                while 0 in self.model.turns:
                    self.end(0, Order("fire"))
        self.what_is_set_and_what_has_fired_is_as_the_model_says()
        settings_fired = [setting for turn in self.fired() for setting in turn]
        assert len(settings_fired) == len(set(settings_fired))
        assert not self.do(self.admin.fetchval("select count(*) from timer"))
        self.do(self._close())

    async def _close(self) -> None:
        for database in (self.outside, *(each.running.database for each in self.processes)):
            await database.close()
        await self.admin.close()
        await self.databases.drop(self.sandbox)


def test_whatever_processes_clocks_and_those_who_set_them_do_timers_fire_as_the_model_says(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(firing, "BATCH", BATCH)
    monkeypatch.setattr(firing, "TURN_SECONDS", 3600)
    loop = asyncio.new_event_loop()

    class Here(TimersUnderWay):
        pass

    Here.loop, Here.databases = loop, databases
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=25,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
            print_blob=True,
        ),
    )
    loop.close()
