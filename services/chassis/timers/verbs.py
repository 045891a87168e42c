"""The timers on a service's command line."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from services.chassis.one_shot import once
from services.chassis.running import Running
from services.chassis.service import Service
from services.chassis.timers.status import NameStatus, TimerStatus, count_timers, list_timers


def add_due(parent: typer.Typer, service: Service) -> None:
    """`due list|counts` for `service`."""
    app = typer.Typer(help="Timers that are late or failing, and those to come.", no_args_is_help=True)

    @app.command("list", help="Lists timers whose time has come, the oldest first, with their last failure.")
    def list_command(
        name: Annotated[str | None, typer.Option(help="Only timers of this name.")] = None,
        failing: Annotated[bool, typer.Option("--failing", help="Only those that failed at least once.")] = False,
        future: Annotated[bool, typer.Option("--future", help="Also those whose time has not come.")] = False,
        limit: int = 50,
    ) -> None:
        async def reading(running: Running) -> list[TimerStatus]:
            async with running.database.read() as tx:
                now = running.clock.now()
                return await list_timers(tx, now, name=name, failing=failing, future=future, limit=limit)

        _print(once(service, reading))

    @app.command("counts", help="Counts by name: waiting, due, failing, and how late the oldest is.")
    def counts_command() -> None:
        async def reading(running: Running) -> list[NameStatus]:
            async with running.database.read() as tx:
                return await count_timers(tx, running.clock.now())

        for found in once(service, reading):
            counts = f"{found.waiting} waiting, {found.due} due, {found.failing} failing"
            print(f"{found.name:24} {counts}, oldest late by {found.late_seconds:.0f} s")

    parent.add_typer(app, name="due")


def _print(found: list[TimerStatus]) -> None:
    table = Table("name", "key", "due", "failed", "tried again", "last failure", "correlation")
    for each in found:
        due, again = each.due.isoformat(timespec="seconds"), each.next_at.isoformat(timespec="seconds")
        table.add_row(
            each.name, each.key, due, str(each.attempts), again, each.last_failure or "-", each.correlation_id
        )
    Console().print(table)
