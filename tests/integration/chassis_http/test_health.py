"""Live says that our own loops progress, whatever is down; ready says whether traffic may come."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.local.ports import free_port
from services.cases.service import SERVICE as CASES
from services.chassis import running as running_module
from services.chassis.act import Act
from services.chassis.process import start_running
from services.chassis.roles import Role, loops
from services.chassis.running import Running
from services.chassis.timers import Timer, Timers
from services.chassis.timers.firing import run as fire
from services.notifications.service import SERVICE as NOTIFICATIONS
from tests.conftest import NewDatabase
from tests.support.api import settings_of
from tests.support.databases import ServiceDatabase
from tests.support.eventually import eventually
from tests.support.ledger_of_firings import set_all

BEATS = {Role.API: {"http"}, Role.TIMERS: {"http", "timers"}, Role.RELAY: {"http", "relay-0"}}
BEATS |= {Role.CONSUMER: {"http", "consumer"}, Role.WORKERS: {"http", "deliver-email"}}


@dataclass(kw_only=True)
class Beating(Running):
    """Counts how often each loop said that it progresses."""

    beats: Counter[str] = field(default_factory=Counter)

    def progress(self, name: str) -> None:
        super().progress(name)
        self.beats[name] += 1


@asynccontextmanager
async def at_work(service: Any, role: Role, database: ServiceDatabase, **settings: Any) -> AsyncIterator[Any]:
    """A role's loops and a client of its health; broker and all else are where nobody listens."""
    port = free_port()
    given = service.settings(**settings_of(database) | {"http_port": port, "grace_seconds": 2.0} | settings)
    made = start_running(service, given)
    running = Beating(**{name: getattr(made, name) for name in ("service_name", "database", "settings", "clock")})
    tasks = [asyncio.create_task(loop()) for _, loop in loops(service, role, running)]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        running.client = client  # type: ignore[attr-defined]
        await eventually(lambda: _answers(client))
        yield running
    running.stopping.set()
    _, late = await asyncio.wait(tasks, timeout=60)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await running.database.close()


async def _answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/live")).status_code == 200
    except httpx.TransportError:
        return False


@asynccontextmanager
async def silence() -> AsyncIterator[int]:
    """The port of something that takes connections and never says a word, as behind a broken firewall."""

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(keep, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def nowhere(port: int) -> ServiceDatabase:
    url = f"postgresql://cases:x@127.0.0.1:{port}/none"
    return ServiceDatabase("cases", "none", url, url, url)


AWAY = [(Role.API, "refused"), (Role.TIMERS, "refused"), (Role.RELAY, "refused"), (Role.TIMERS, "silent")]


@pytest.mark.parametrize(("role", "away"), AWAY)
async def test_without_database_and_broker_a_role_is_live_and_not_ready(role: Role, away: str) -> None:
    async with AsyncExitStack() as stack:
        port = free_port() if away == "refused" else await stack.enter_async_context(silence())
        kafka = f"127.0.0.1:{port}"
        running = await stack.enter_async_context(at_work(CASES, role, nowhere(port), kafka_bootstrap_servers=kafka))
        await eventually(lambda: all(running.beats[name] >= 2 for name in BEATS[role]), within=60)
        live, ready = await running.client.get("/health/live"), await running.client.get("/health/ready")
        assert (live.status_code, live.json()) == (200, {"live": True, "stalled": []})
        assert (ready.status_code, ready.json()["ready"]) == (503, False)
        assert ready.json()["needs"]["database"]["detail"] == "PostgreSQL does not answer; waiting for it"
        assert await _metrics_with(running.client, "cispd_ready 0.0")


@pytest.mark.parametrize("role", [Role.CONSUMER, Role.RELAY, Role.WORKERS])
async def test_without_the_broker_or_the_mail_server_a_role_is_live_and_ready(
    role: Role, service_database: NewDatabase
) -> None:
    database = await service_database("notifications")
    async with at_work(NOTIFICATIONS, role, database) as running:
        await eventually(lambda: all(running.beats[name] >= 3 for name in BEATS[role]), within=60)
        live, ready = await running.client.get("/health/live"), await running.client.get("/health/ready")
        assert (live.status_code, ready.status_code) == (200, 200)
        if role is not Role.WORKERS:
            await eventually(lambda: running.reports.get("kafka") and not running.reports["kafka"].ok, within=30)
            needs = (await running.client.get("/health/ready")).json()["needs"]
            assert needs["kafka"]["ok"] is False


async def test_a_loop_that_stands_still_is_named_and_makes_the_process_not_live(
    service_database: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, begun, go_on, timers = await service_database("cases"), asyncio.Event(), asyncio.Event(), Timers()

    @timers.on("endless")
    async def endless(timer: Timer, act: Act) -> None:
        begun.set()
        await go_on.wait()

    async with at_work(CASES, Role.API, database) as running:
        await set_all(running.database, "endless", ["1"], datetime.now(UTC) - timedelta(minutes=1))
        loop = asyncio.create_task(fire(running, timers))
        await begun.wait()
        monkeypatch.setattr(running_module, "STALLED_AFTER", 3.0)
        # On a busy machine another loop may be named too, for a moment.
        await eventually(lambda: _stalled(running.client, ["timers"]), within=60)
        go_on.set()
        await eventually(lambda: _answers(running.client))
        running.stopping.set()
        await loop


async def _stalled(client: httpx.AsyncClient, loops: list[str]) -> bool:
    answer = await client.get("/health/live")
    return (answer.status_code, answer.json()) == (503, {"live": False, "stalled": loops})


async def test_a_process_that_drains_is_live_and_takes_no_new_traffic(service_api: Callable[..., Any]) -> None:
    api = await service_api(CASES)
    api.running.stopping.set()
    assert (await api.caller().get("/health/ready")).status_code == 503
    assert (await api.caller().get("/health/live")).status_code == 200


async def test_metrics_show_late_timers_the_pool_and_the_process(service_database: NewDatabase, tmp_path: Path) -> None:
    database = await service_database("cases")
    clock = tmp_path / "clock"
    clock.write_text("3600")
    async with at_work(CASES, Role.TIMERS, database, clock_file=clock, database_pool_size=7) as running:
        # A name without a handler stays due, as one does whose code was taken away too early.
        await set_all(running.database, "nobodys", [uuid4()], running.clock.now() - timedelta(minutes=10))
        seen = await eventually(lambda: _metrics_with(running.client, 'cispd_timers_due{name="nobodys"} 1.0'))
    late = next(
        float(line.split()[-1]) for line in seen if line.startswith('cispd_timers_late_seconds{name="nobodys"}')
    )
    assert 600 <= late < 1000
    assert "cispd_database_connections_max 7.0" in seen
    assert any(line.startswith('cispd_database_connections{state="idle"}') for line in seen)
    assert "cispd_clock_offset_seconds 3600.0" in seen
    assert "cispd_ready 1.0" in seen
    assert any(line.startswith("process_resident_memory_bytes ") for line in seen)


async def _metrics_with(client: httpx.AsyncClient, wanted: str) -> list[str] | None:
    lines = (await client.get("/metrics")).text.splitlines()
    return lines if wanted in lines else None
