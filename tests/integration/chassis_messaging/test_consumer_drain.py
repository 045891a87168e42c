"""A consumer that is asked to stop ends the batch in hand, and one that does not get on is seen."""

import asyncio
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from prometheus_client import REGISTRY

from services.chassis import consumer, running
from services.chassis.act import Act
from tests.support.databases import ServiceDatabase
from tests.support.effects import Kind, applied_is, count
from tests.support.eventually import eventually
from tests.support.messaging import OnTopics, fact, producing, record, send

NewTopic = Callable[..., Awaitable[str]]


async def test_sigterm_ends_the_batch_in_hand_and_begins_no_other(
    sandbox: ServiceDatabase, admin: asyncpg.Connection, kafka: str, topic: NewTopic, effects: None
) -> None:
    name = await topic(1)
    async with producing(kafka) as producer:
        for _ in range(200):
            await send(producer, name, fact(), 1)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.consumer_process", sandbox.url, kafka, sandbox.service, name,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        busy = (
            "select exists (select from pg_stat_activity where query like '%pg_sleep(1)%' and pid <> pg_backend_pid()"
        )
        await eventually(lambda: admin.fetchval(f"{busy} and datname = current_database())"), within=30)
        before = await count(admin)
        child.send_signal(signal.SIGTERM)
        asked = await count(admin)
        said, _ = await asyncio.wait_for(child.communicate(), 60)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    assert child.returncode == 0
    assert b'"cut_off": []' in said
    after = await count(admin)
    assert before < after <= asked + 20
    assert await admin.fetchval("select position from consumer_position") == after


async def test_a_batch_that_does_not_end_shows_in_liveness(
    process: Any,
    start: Any,
    admin: asyncpg.Connection,
    kafka: str,
    topic: NewTopic,
    effects: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(running, "STALLED_AFTER", 3.0)
    monkeypatch.setattr(consumer, "STALLED_AFTER", 1.0)
    of, name, hang, event = process(kafka=kafka), await topic(1), asyncio.Event(), fact()
    subscriptions = OnTopics(name)

    @subscriptions.on(Kind)
    async def on_fact(event: Any, act: Act) -> None:
        while not hang.is_set():
            await act.tx.execute("select 1")
            await asyncio.sleep(0.1)
        await act.tx.execute("insert into effect (key, version) values ($1, 1)", event.key)

    start(of, consumer.run(of, subscriptions))
    async with producing(kafka) as producer:
        await send(producer, name, event, 1)
    await eventually(lambda: of.stalled() == ["consumer"], within=30)
    hang.set()
    await eventually(lambda: applied_is(admin, {event.key: [1]}))
    await eventually(lambda: of.stalled() == [])


async def test_a_consumer_that_waits_for_its_database_is_alive(
    process: Any, start: Any, admin: asyncpg.Connection, sandbox: Any, kafka: str, topic: NewTopic,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(consumer, "TELL_SECONDS", 0.1)
    of, name, beats = process(kafka=kafka), await topic(1), list[str]()
    monkeypatch.setattr(of, "progress", beats.append)
    await admin.execute(f"alter database {sandbox.name} connection limit 0")
    async with producing(kafka) as producer:
        await send(producer, name, fact(), 1)
    start(of, consumer.run(of, OnTopics(name)))
    await eventually(lambda: "consumer" in of.reports and not of.reports["consumer"].ok, within=30)
    # While it waits on; how long each try takes says nothing about it.
    beats.clear()
    await eventually(lambda: beats.count("consumer") >= 3)
    assert not of.reports["consumer"].ok
    await admin.execute(f"alter database {sandbox.name} connection limit -1")


async def test_lag_is_told_in_records_and_in_seconds_and_ends_with_it(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic, effects: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(consumer, "TELL_SECONDS", 0.1)
    of, name, go_on, events = process(kafka=kafka, consumer_batch=1), await topic(1), asyncio.Event(), [fact(), fact()]
    subscriptions = OnTopics(name)

    @subscriptions.on(Kind)
    async def on_fact(event: Any, act: Act) -> None:
        while not go_on.is_set():
            await act.tx.execute("select 1")
            await asyncio.sleep(0.05)
        await act.tx.execute("insert into effect (key, version) values ($1, 1)", event.key)

    def lag(unit: str) -> float | None:
        return REGISTRY.get_sample_value(f"cispd_consumer_lag_{unit}", {"topic": name, "partition": "0"})

    an_hour_ago = int((time.time() - 3600) * 1000)
    async with producing(kafka) as producer:
        for event in events:
            made = record(event, 1)
            await producer.send_and_wait(
                name, made.value, key=made.key, headers=list(made.headers), timestamp_ms=an_hour_ago
            )
    start(of, consumer.run(of, subscriptions))
    await eventually(lambda: lag("records") == 2, within=30)
    assert 3600 <= (lag("seconds") or 0) < 3700
    go_on.set()
    await eventually(lambda: applied_is(admin, {event.key: [1] for event in events}))
    await eventually(lambda: (lag("records"), lag("seconds")) == (0, 0))
