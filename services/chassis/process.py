"""Starts a service in a role, keeps its loops alive, and drains it when asked to stop."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable

import structlog
import typer
import uvloop

from services.chassis import telemetry
from services.chassis.clock import Clock
from services.chassis.database import Database
from services.chassis.keeping import keep_alive
from services.chassis.migrations import migrate
from services.chassis.operator_verbs import add_verbs
from services.chassis.roles import HELP, Role, loops
from services.chassis.running import Running
from services.chassis.service import Service
from services.chassis.settings import Settings, SettingsIncomplete, load

_log = structlog.get_logger()


def main(service: Service) -> None:
    """The command line of a service: one command a role, and the operator's verbs."""
    # A batch of records is tens of thousands of objects that live until its commit: the collector would walk them
    # again and again, and take half of the time of decoding.
    gc.set_threshold(50_000, 20, 100)
    app = typer.Typer(add_completion=False, no_args_is_help=True, help=f"The {service.name} service of cispd.")
    for role in Role:
        app.command(role.value, help=HELP[role])(_starter(service, role))

    @app.command("migrate", help="Brings the schema up to date, then ends.")
    def migrate_command() -> None:
        asyncio.run(bring_up_to_date(service, _settings(service)))

    if (asked := sys.argv[1] if len(sys.argv) > 1 else "") not in [*Role, "migrate"]:
        add_verbs(app, service, asked)
    app()


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
    chosen = loops(service, role, running)
    spare_the_collector()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(wanted, running.stopping.set)
    tasks = [asyncio.create_task(keep_alive(running, name, loop)) for name, loop in chosen]
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
