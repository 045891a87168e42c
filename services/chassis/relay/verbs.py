"""The outbox on a service's command line."""

from __future__ import annotations

import typer

from services.chassis.one_shot import once
from services.chassis.relay.status import OutboxStatus, read_status
from services.chassis.running import Running
from services.chassis.service import Service


def add_outbox(parent: typer.Typer, service: Service) -> None:
    """`outbox status` for `service`."""
    app = typer.Typer(help="Events on their way to Kafka.", no_args_is_help=True)

    @app.callback()
    def verbs() -> None:
        """Keeps `status` a verb of its own although it is the only one."""

    @app.command("status", help="What waits, since when, what the broker refused.")
    def status_command() -> None:
        print(once(service, _status).model_dump_json(indent=2))

    parent.add_typer(app, name="outbox")


async def _status(running: Running) -> OutboxStatus:
    async with running.database.read() as tx:
        return await read_status(tx)
