"""`replay` on a service's command line."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from services.chassis import telemetry
from services.chassis.one_shot import once
from services.chassis.replay.replaying import Replayed, Replaying
from services.chassis.replay.selecting import CannotReplay, Range
from services.chassis.running import Running
from services.chassis.service import Service

Number = Annotated[int | None, typer.Option()]
Moment = Annotated[datetime | None, typer.Option(help="UTC unless it names a zone.")]


def add_replay(app: typer.Typer, service: Service) -> None:
    """`replay --topic …` for `service`."""

    @app.command("replay", help="Hands facts of the past to the handlers again; what already happened does not again.")
    def replay_command(
        topic: Annotated[str, typer.Option()],
        partition: Number = None,
        from_offset: Number = None,
        to_offset: Number = None,
        since: Moment = None,
        until: Moment = None,
        key: Annotated[str | None, typer.Option(help="One key, from its beginning.")] = None,
        dry_run: Annotated[bool, typer.Option(help="Tells what would happen and undoes it.")] = False,
    ) -> None:
        wanted = Range(
            topic=topic,
            partition=partition,
            first=from_offset,
            last=to_offset,
            since=_aware(since),
            until=_aware(until),
            key=key,
        )
        print(f"{_replay(service, wanted, dry_run)}{' (dry run: nothing was kept)' if dry_run else ''}")


def _aware(moment: datetime | None) -> datetime | None:
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def _replay(service: Service, wanted: Range, dry: bool) -> Replayed:
    async def work(running: Running) -> Replayed:
        replaying = Replaying(running, service.subscriptions, projects=bool(service.projections), dry=dry)
        return await replaying.replay(wanted)

    telemetry.set_up(service.name, "replay", None)
    try:
        return once(service, work)
    except CannotReplay as refusal:
        print(f"CannotReplay: {refusal}", file=sys.stderr)
        raise typer.Exit(1) from None
