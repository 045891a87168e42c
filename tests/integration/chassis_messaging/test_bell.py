"""Waking the relay after a commit."""

import asyncio
from typing import Any, cast

import asyncpg
import pytest

from services.chassis import bell
from services.chassis.database import Database
from tests.support.eventually import eventually


@pytest.fixture
async def heard(admin: asyncpg.Connection) -> list[Any]:
    """What a listening relay hears."""
    rings: list[Any] = []
    await admin.add_listener("outbox_sandbox", lambda *ring: rings.append(ring))
    return rings


@pytest.fixture
def no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bell ends, and gives its connection back, as soon as nothing was rung meanwhile."""
    monkeypatch.setattr(bell, "SILENCE_SECONDS", 0.0)


async def ended(database: Database) -> None:
    task = bell._bells[database]._task
    assert task is not None
    await task


async def test_the_first_ring_goes_out_at_once(process: Any, heard: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    database = process().database
    # A quiet time that does not end by itself: whatever is heard was not kept waiting for its end.
    monkeypatch.setattr(bell, "QUIET_SECONDS", 3_600)
    bell.wake(database)
    await eventually(lambda: len(heard) == 1)
    quiet = bell._bells[database]._task
    assert quiet is not None
    quiet.cancel()


@pytest.mark.usefixtures("no_silence")
async def test_the_rings_of_a_quiet_time_are_one(process: Any, heard: list[Any]) -> None:
    database = process().database
    for _ in range(100):
        bell.wake(database)
    await ended(database)
    await eventually(lambda: len(heard) >= 1)
    assert len(heard) == 1


async def test_after_many_rings_at_once_the_next_ones_wait_longer(
    process: Any, heard: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, other = process().database, process().database
    monkeypatch.setattr(bell, "BUSY_SECONDS", 3_600)
    for _ in range(bell.FEW + 1):
        bell.wake(busy)
    await eventually(lambda: len(heard) == 1)
    bell.wake(busy)
    for rings in range(2, 6):
        bell.wake(other)
        await eventually(lambda rings=rings: len(heard) == rings)
    task = bell._bells[busy]._task
    assert task is not None
    task.cancel()


@pytest.mark.usefixtures("no_silence")
async def test_ringing_takes_no_connection_from_requests_and_gives_its_own_back(
    process: Any, admin: asyncpg.Connection, heard: list[Any]
) -> None:
    database = process().database
    bell.wake(database)
    await ended(database)
    await eventually(lambda: len(heard) == 1)
    assert database.usage()[:2] == (0, 0)
    await eventually(
        lambda: admin.fetchval(
            "select count(*) = 0 from pg_stat_activity where datname = current_database() and usename = 'sandbox'"
        )
    )


async def test_a_ring_at_the_very_end_of_the_silence_goes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "SILENCE_SECONDS", 0.0)
    away, bells = Database("postgresql://nobody@127.0.0.1:9/nothing", patience=0.1), bell._Bell()
    listening = asyncio.create_task(bells._rung_again())
    bells._task = cast(asyncio.Task[None], listening)
    await asyncio.sleep(0)
    # It waits, for no time at all: the end of the silence is the next thing to happen, this ring the one after.
    asyncio.get_running_loop().call_soon(bells.ring, away)
    assert await listening


async def test_a_ring_that_finds_no_database_is_lost_and_hurts_nobody() -> None:
    away = Database("postgresql://nobody@127.0.0.1:9/nothing", patience=0.1)
    bell.wake(away)
    task = bell._bells[away]._task
    assert task is not None
    await task


async def test_a_relay_of_the_same_process_hears_without_a_turn_to_the_server() -> None:
    away, woken = Database("postgresql://nobody@127.0.0.1:9/nothing", patience=0.1), bell.Woken()
    with bell.heard_here(away, 1, 0, woken):
        bell.wake(away)
        assert woken.heard.done()
        assert bell._bells[away]._task is None


async def test_with_a_shard_led_elsewhere_other_processes_are_told_too(process: Any, heard: list[Any]) -> None:
    database, woken = process().database, bell.Woken()
    with bell.heard_here(database, 2, 1, woken):
        bell.wake(database)
        assert woken.heard.done()
        await eventually(lambda: len(heard) == 1)


async def test_a_relay_that_leads_no_more_is_rung_for_as_any_other(process: Any, heard: list[Any]) -> None:
    database, woken = process().database, bell.Woken()
    with bell.heard_here(database, 1, 0, woken):
        pass
    bell.wake(database)
    await eventually(lambda: len(heard) == 1)
    assert not woken.heard.done()
