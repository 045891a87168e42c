"""Starts a service in a role, keeps its loops alive, and drains it when asked to stop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from enum import StrEnum

import structlog
import typer
import uvicorn
import uvloop
from fastapi import FastAPI

from services.chassis import consumer, relay, telemetry
from services.chassis.clock import Clock
from services.chassis.database import Database
from services.chassis.http.app import create_app
from services.chassis.http.health import health_routes
from services.chassis.keeping import Loop, keep_alive
from services.chassis.migrations import migrate
from services.chassis.operator_verbs import add_verbs
from services.chassis.parking import watching
from services.chassis.running import Running
from services.chassis.service import Service
from services.chassis.settings import Settings, SettingsIncomplete, load
from services.chassis.timers import firing

_log = structlog.get_logger()


class Role(StrEnum):
    API = "api"
    CONSUMER = "consumer"
    RELAY = "relay"
    TIMERS = "timers"
    WORKERS = "workers"
    ALL = "all"


def main(service: Service) -> None:
    """The command line of a service: one command a role, and the operator's verbs."""
    # A batch of records is tens of thousands of objects that live until its commit: the collector would walk them
    # again and again, and take half of the time of decoding.
    gc.set_threshold(50_000, 20, 100)
    app = typer.Typer(add_completion=False, no_args_is_help=True, help=f"The {service.name} service of cispd.")
    for role in Role:
        app.command(role.value, help=_HELP[role])(_starter(service, role))

    @app.command("migrate", help="Brings the schema up to date, then ends.")
    def migrate_command() -> None:
        asyncio.run(bring_up_to_date(service, _settings(service)))

    add_verbs(app, service)
    app()


_HELP = {
    Role.API: "Serves pages and API.",
    Role.CONSUMER: "Consumes the topics this service subscribes to.",
    Role.RELAY: "Publishes the outbox to Kafka.",
    Role.TIMERS: "Fires timers that are due.",
    Role.WORKERS: "Runs the loops of the service's own.",
    Role.ALL: "Everything in one process, for a laptop.",
}


def _starter(service: Service, role: Role) -> Callable[[], None]:
    def start() -> None:
        settings = _settings(service)
        telemetry.set_up(service.name, role.value, settings.otlp_endpoint, settings.trace_ratio)
        try:
            uvloop.run(run(service, role, settings))
        finally:
            telemetry.tear_down()

    return start


def _settings(service: Service) -> Settings:
    try:
        return load(service.settings)
    except SettingsIncomplete as missing:
        print(missing, file=sys.stderr)
        raise typer.Exit(2) from None


async def bring_up_to_date(service: Service, settings: Settings) -> None:
    """Applies the migrations that are missing, as the owner of the schema, and says which."""
    if settings.migration_database_url is None:
        raise SettingsIncomplete("migrate needs CISPD_MIGRATION_DATABASE_URL: the owner of the schema, not the service")
    applied = await migrate(settings.migration_database_url.get_secret_value(), [service.folder / "migrations"])
    print("\n".join(f"applied {name}" for name in applied) or "nothing to apply")


def start_running(service: Service, settings: Settings) -> Running:
    """What the loops of one process share."""
    database = Database(
        settings.database_url.get_secret_value(),
        max_size=settings.database_pool_size,
        silence=10.0,  # above the lock timeout: who waits for a lock is answered
        application_name=f"cispd-{service.name}",
    )
    clock = Clock(settings.clock_file if settings.environment == "local" else None)
    return Running(service_name=service.name, database=database, settings=settings, clock=clock)


async def run(service: Service, role: Role, settings: Settings) -> None:
    """Runs one role until SIGTERM or SIGINT, then lets its loops finish what they hold, for `grace_seconds`."""
    running = start_running(service, settings)
    spare_the_collector()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(wanted, running.stopping.set)
    tasks = [asyncio.create_task(keep_alive(running, name, loop)) for name, loop in loops(service, role, running)]
    _log.info("process.started", role_started=role.value, pid=os.getpid())
    await running.stopping.wait()
    _, late = await asyncio.wait(tasks, timeout=settings.grace_seconds)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await running.database.close()
    _log.info("process.stopped", cut_off=[task.get_name() for task in late])


def spare_the_collector() -> None:
    """What is loaded stays: looking at it again and again costs a consumer a sixth of its time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def loops(service: Service, role: Role, running: Running) -> list[tuple[str, Loop]]:
    """The loops of a role. Every role answers its health by HTTP; only `api` and `all` answer anything else."""
    wanted: list[tuple[Role, str, Loop]] = [
        (Role.RELAY, "relay", lambda: relay.run(running)),
        (Role.TIMERS, "timers", lambda: firing.run(running, service.timers)),
    ]
    if service.subscriptions.topics:
        wanted.append((Role.CONSUMER, "consumer", lambda: consumer.run(running, service.subscriptions)))
        wanted.append((Role.CONSUMER, "parked", lambda: watching.run(running)))
    wanted += [(Role.WORKERS, worker.name, _of_worker(worker.run, running)) for worker in service.workers]
    web = create_app(service, running) if role in (Role.API, Role.ALL) else _health_only(running)
    chosen = [(name, loop) for belongs, name, loop in wanted if role in (belongs, Role.ALL)]
    return [("http", lambda: _serve(web, running)), *chosen]


def _of_worker(worker: Callable[[Running], Awaitable[None]], running: Running) -> Loop:
    return lambda: worker(running)


def _health_only(running: Running) -> FastAPI:
    app = FastAPI(openapi_url=None, telemetry={"tracing": False, "metrics": False, "logs": False})
    app.include_router(health_routes(running))
    return app


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers: the process has its own."""

    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]
        return contextlib.nullcontext()


async def _serve(app: FastAPI, running: Running) -> None:
    settings: Settings = running.settings
    config = uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,  # a proxy in front keeps its connections for less than that
        timeout_graceful_shutdown=int(settings.grace_seconds) or 1,
        lifespan="off",
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(running.stopping.wait())
    while not serving.done() and not stopping.done():
        running.progress("http")
        await asyncio.wait({serving, stopping}, timeout=2.0, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopping.cancel()
    await serving
