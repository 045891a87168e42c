"""The parked records on a service's command line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from services.chassis.database import Connection
from services.chassis.one_shot import once
from services.chassis.parking.content import read_content
from services.chassis.parking.hand import hand_at, typed_by
from services.chassis.parking.mending import Mended, Mending
from services.chassis.parking.reading import Filter, ParkedRecord, count_parked, find_parked, list_parked, list_settled
from services.chassis.running import Running
from services.chassis.service import Service

T = TypeVar("T")
Reason = Annotated[str | None, typer.Option(help="such as HandlerFailed")]
Topic = Annotated[str | None, typer.Option()]
Key = Annotated[str | None, typer.Option(help="how the key begins")]
Id = Annotated[int, typer.Argument(help="number of the record", show_default=False)]


def add_parked(parent: typer.Typer, service: Service) -> None:
    """`parked list|counts|show|retry|discard|settled` for `service`."""
    app = typer.Typer(help="Records that could not be applied, and those that wait behind them.", no_args_is_help=True)

    @app.command("list", help="Lists the records that stop a key, with how many wait behind each.")
    def list_command(reason: Reason = None, topic: Topic = None, key: Key = None, limit: int = 50) -> None:
        _print(_read(service, lambda tx: list_parked(tx, service.name, Filter(reason, topic, key), limit=limit)))

    @app.command("counts", help="Counts by reason and topic.")
    def counts_command(reason: Reason = None, topic: Topic = None, key: Key = None) -> None:
        for count in _read(service, lambda tx: count_parked(tx, service.name, Filter(reason, topic, key))):
            print(f"{count.reason:20} {count.topic:24} {count.stopped} stopped, {count.followers} following")

    @app.command("show", help="Shows one record and what was tried; --content prints its bytes and writes that down.")
    def show_command(parked_id: Id, content: bool = False) -> None:
        _show(service, parked_id, content)

    @app.command("settled", help="Lists what was applied later or discarded, with who and why, the latest first.")
    def settled_command(limit: int = 50) -> None:
        for each in _read(service, lambda tx: list_settled(tx, service.name, limit=limit)):
            print(
                f"{each.id} {each.state} {each.settled_at:%Y-%m-%d %H:%M} {each.settled_by}: {each.settled_why or ''}"
            )

    @app.command("retry", help="Tries again: one record, its key with it (--with-key), or --all that fit the filters.")
    def retry_command(
        parked_id: Annotated[int | None, typer.Argument(show_default=False)] = None,
        with_key: Annotated[bool, typer.Option("--with-key", help="its followers too, in order")] = False,
        all: Annotated[bool, typer.Option("--all", help="all that fit the filters, each with its followers")] = False,
        reason: Reason = None,
        topic: Topic = None,
        key: Key = None,
    ) -> None:
        wanted = Filter(reason, topic, key)
        chosen = [parked_id is not None, all or wanted != Filter()]
        if sum(chosen) != 1 or (with_key and parked_id is None):
            raise typer.BadParameter("give the number of a record (and --with-key), or --key, --reason, --topic, --all")
        if parked_id is None:
            _mend(service, lambda hand: hand.retry_all(wanted))
        elif with_key:
            _mend(service, lambda hand: hand.retry_key(parked_id))
        else:
            _mend(service, lambda hand: hand.retry(parked_id))

    @app.command("discard", help="Gives a record up for good; the reason is kept.")
    def discard_command(parked_id: Id, reason: Annotated[str, typer.Option(prompt=True)]) -> None:
        _mend(service, lambda hand: hand.discard(parked_id, reason))

    parent.add_typer(app, name="parked")


def _print(found: list[ParkedRecord]) -> None:
    table = Table("id", "record", "reason", "since", "tries", "followers")
    for each in found:
        record = f"{each.event_type or '-'}\nkey {each.key or '-'}\n{each.topic} {each.partition} @ {each.offset}"
        since = each.parked_at.isoformat(" ", timespec="minutes")
        counts = (str(each.attempts), str(each.followers))
        table.add_row(str(each.id), record, f"{each.reason}\n{each.detail}", since, *counts)
    Console(width=max(Console().width, 120)).print(table)


def _show(service: Service, parked_id: int, content: bool) -> None:
    found = _read(service, lambda tx: find_parked(tx, service.name, parked_id))
    if found is None:
        raise typer.Exit(1)
    print(found.model_dump_json(indent=2, exclude={"stack"}))
    print(found.stack or "")
    if content:
        print(once(service, lambda running: _content(running, parked_id)).decode("utf-8", "backslashreplace"))


async def _content(running: Running, parked_id: int) -> bytes:
    async with running.database.transaction() as tx:
        return await read_content(
            tx, running.service_name, parked_id, by=typed_by(), now=running.clock.now(), everything=True
        )


def _read(service: Service, ask: Callable[[Connection], Awaitable[T]]) -> T:
    async def reading(running: Running) -> T:
        async with running.database.read() as tx:
            return await ask(tx)

    return once(service, reading)


def _mend(service: Service, work: Callable[[Mending], Awaitable[Mended]]) -> None:
    console = Console(stderr=True)
    with console.status("retrying") as status:

        def tell(total: Mended) -> None:
            status.update(f"{total.applied} applied, {total.failed} failed so far")

        mended = once(service, lambda running: work(hand_at(service, running, tell)))
    print(f"{mended.applied} applied, {mended.failed} failed, {mended.waiting} still waiting")
