"""The parked records on a service's command line."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from services.chassis.database import Connection
from services.chassis.one_shot import once
from services.chassis.parking.mending import Mended, Mending
from services.chassis.parking.reading import Filter, ParkedRecord, count_parked, find_parked, list_parked, read_content
from services.chassis.running import Running
from services.chassis.service import Service

T = TypeVar("T")
OptionalText = Annotated[str | None, typer.Option()]


def parked_verbs(service: Service) -> typer.Typer:
    """`parked list|counts|show|retry|discard` for `service`."""
    app = typer.Typer(help="Records that could not be applied, and those that wait behind them.", no_args_is_help=True)

    @app.command("list", help="Lists the records that stop a key, with how many wait behind each.")
    def list_command(reason: OptionalText = None, topic: OptionalText = None, limit: int = 50) -> None:
        _print(_read(service, lambda tx: list_parked(tx, Filter(reason, topic), limit=limit)))

    @app.command("counts", help="Counts by reason and topic.")
    def counts_command() -> None:
        for count in _read(service, count_parked):
            print(f"{count.reason:20} {count.topic:24} {count.stopped} stopped, {count.waiting} waiting")

    @app.command("show", help="Shows one record; --content prints its bytes as they came.")
    def show_command(parked_id: int, content: bool = False) -> None:
        _show(service, parked_id, content)

    @app.command("retry", help="Tries a record and its followers again, or all of a topic or reason.")
    def retry_command(
        parked_id: Annotated[int | None, typer.Argument()] = None,
        all: bool = False,
        reason: OptionalText = None,
        topic: OptionalText = None,
    ) -> None:
        if (parked_id is None) == (not all):
            raise typer.BadParameter("give the id of a record, or --all")
        _mend(
            service,
            lambda hand: hand.retry_all(reason=reason, topic=topic) if parked_id is None else hand.retry(parked_id),
        )

    @app.command("discard", help="Gives a record up for good; the reason is kept.")
    def discard_command(parked_id: int, reason: Annotated[str, typer.Option(prompt=True)]) -> None:
        _mend(service, lambda hand: hand.discard(parked_id, reason))

    return app


def _print(found: list[ParkedRecord]) -> None:
    table = Table(
        "id", "type", "key", "topic", "partition", "offset", "reason", "detail", "since", "tries", "followers"
    )
    for each in found:
        place = (each.topic, str(each.partition), str(each.offset))
        tail = (each.parked_at.isoformat(timespec="seconds"), str(each.attempts), str(each.followers))
        table.add_row(str(each.id), each.event_type or "-", each.key or "-", *place, each.reason, each.detail, *tail)
    Console().print(table)


def _show(service: Service, parked_id: int, content: bool) -> None:
    found = _read(service, lambda tx: find_parked(tx, parked_id))
    if found is None:
        raise typer.Exit(1)
    print(found.model_dump_json(indent=2))
    stack, value = _read(service, lambda tx: read_content(tx, parked_id))
    print(stack)
    if content:
        print(value.decode("utf-8", "backslashreplace"))


def _read(service: Service, ask: Callable[[Connection], Awaitable[T]]) -> T:
    async def reading(running: Running) -> T:
        async with running.database.read() as tx:
            return await ask(tx)

    return once(service, reading)


def _mend(service: Service, work: Callable[[Mending], Awaitable[Mended]]) -> None:
    async def mending(running: Running) -> Mended:
        hand = Mending(
            database=running.database,
            clock=running.clock,
            settings=running.settings,
            subscriptions=service.subscriptions,
            consumer=service.name,
            by=f"command line, {getpass.getuser()}",
        )
        return await work(hand)

    mended = once(service, mending)
    print(f"{mended.applied} applied, {mended.waiting} still waiting")
