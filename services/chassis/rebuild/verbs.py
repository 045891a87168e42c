"""`rebuild` on a service's command line."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Annotated, TypeVar

import structlog
import typer
from rich.console import Console
from rich.table import Table

from services.chassis import operations, telemetry
from services.chassis.one_shot import once
from services.chassis.projections import Projection
from services.chassis.rebuild.fence import Fence
from services.chassis.rebuild.progress import Tell, quiet, telling
from services.chassis.rebuild.rebuilding import Rebuilding, passes
from services.chassis.rebuild.refusals import CannotRebuild
from services.chassis.rebuild.workers import Share, Workers, stop_with_parent
from services.chassis.running import Running
from services.chassis.service import Service
from services.chassis.settings import SettingsIncomplete

T = TypeVar("T")
# Two batches, one being written and one being read, are some 250,000 objects that the collector need not walk.
COLLECTED_EVERY = 500_000
HELP = "Builds a projection anew from its topic, beside the live one, and puts it in its place."


def add_rebuild(app: typer.Typer, service: Service) -> None:
    """`rebuild [projection]` for `service`."""
    known = {projection.name: projection for projection in service.projections}

    @app.command("rebuild", help=f"{HELP} Projections: {', '.join(known)}.")
    def rebuild_command(
        projection: Annotated[str | None, typer.Argument()] = None,
        resume: Annotated[bool, typer.Option(help="Go on with what was built, or start.")] = False,
        accept_differences: Annotated[bool, typer.Option(help="Swap although contents differ.")] = False,
        abandon: Annotated[bool, typer.Option(help="Give up what was built so far.")] = False,
        status: Annotated[bool, typer.Option(help="What is unfinished, and the last time of each.")] = False,
        processes: Annotated[int, typer.Option(min=1, help="Read with so many, each with its own memory.")] = 2,
        share: Annotated[str | None, typer.Option(hidden=True)] = None,
    ) -> None:
        if status or projection is None:
            _show(service)
        elif projection not in known:
            raise typer.BadParameter(f"no projection {projection}; there are {', '.join(known)}")
        elif share is not None:
            _do(service, known[projection], as_worker(Share.model_validate_json(share)), quiet)
        elif abandon:
            _do(service, known[projection], lambda work: work.abandon())
            print(f"what was built of {projection} is given up; the live projection is as it was")
        else:
            wanted = {"resume": resume, "accept_differences": accept_differences}
            report = _do(service, known[projection], lambda work: work.run(**wanted), processes=processes)
            print(f"{report}\n{projection} is rebuilt and in place")


def as_worker(share: Share) -> Callable[[Rebuilding], Awaitable[None]]:
    """Fills `share` until it is full or the parent wants no more. What passes by itself ends with EX_TEMPFAIL."""

    async def work(rebuilding: Rebuilding) -> None:
        stop_with_parent(rebuilding.running.stopping)
        try:
            await rebuilding.fill(share)
        except Exception as fault:
            if not passes(fault):
                raise
            structlog.get_logger().warning("rebuild.worker_pauses", exc_info=fault)
            sys.exit(os.EX_TEMPFAIL)

    return work


def _do(
    service: Service,
    projection: Projection,
    act: Callable[[Rebuilding], Awaitable[T]],
    told: Callable[[str], AbstractContextManager[Tell]] = telling,
    processes: int = 1,
) -> T:
    command = (sys.executable, "-m", service.package, "rebuild", projection.name, "--share")

    async def work(running: Running) -> T:
        for wanted in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(wanted, running.stopping.set)
        with told(projection.name) as tell:
            rebuilding = Rebuilding(running, projection, _owner_url(running), tell, Workers(command, processes))
            try:
                return await act(rebuilding)
            finally:
                await rebuilding.close()

    # Logs, but no traces: a rebuild is millions of records.
    telemetry.set_up(service.name, "rebuild", None)
    gc.freeze()
    gc.set_threshold(COLLECTED_EVERY, 20, 100)
    try:
        return once(service, work)
    except CannotRebuild as refusal:
        print(f"{type(refusal).__name__}: {refusal}", file=sys.stderr)
        raise typer.Exit(1) from None


def _owner_url(running: Running) -> str:
    url = running.settings.migration_database_url
    if url is None:
        raise SettingsIncomplete("rebuild needs CISPD_MIGRATION_DATABASE_URL: the owner of the schema, as migrate does")
    return str(url.get_secret_value())


def _show(service: Service) -> None:
    async def read(running: Running) -> list[tuple[str, ...]]:
        return [await _line(running, projection) for projection in service.projections]

    table = Table("projection", "live position", "rebuilt up to", "last rebuild", "by", "outcome")
    for line in once(service, read):
        table.add_row(*line)
    Console().print(table)


async def _line(running: Running, projection: Projection) -> tuple[str, ...]:
    service, topic = running.service_name, projection.topic
    live = await Fence(running.database, service, topic).positions()
    built = await Fence(running.database, f"{service}.rebuild.{projection.name}", topic).positions()
    async with running.database.read() as tx:
        last = await operations.last(tx, "rebuild", projection.name)
    when = f"{last['began_at']:%Y-%m-%d %H:%M}" if last else "-"
    unfinished = last is not None and last["ended_at"] is None
    outcome = "at work or unfinished" if unfinished else last["outcome"].splitlines()[0] if last else "-"
    place = str(sum(built.values())) if unfinished else "-"
    return (projection.name, str(sum(live.values())), place, when, last["by"] if last else "-", outcome)
