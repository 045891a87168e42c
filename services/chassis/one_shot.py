"""One piece of work against a service's database, from the command line."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer
import uvloop

from services.chassis.clock import Clock
from services.chassis.database import Database
from services.chassis.errors import Refusal
from services.chassis.running import Running
from services.chassis.service import Service
from services.chassis.settings import Settings, SettingsIncomplete, load

T = TypeVar("T")


def once(service: Service, work: Callable[[Running], Awaitable[T]]) -> T:
    """Does `work` and returns what it answers; a refusal or missing settings end the command with their sentence."""
    try:
        settings = load(service.settings)
        return uvloop.run(_once(service, settings, work))
    except SettingsIncomplete as missing:
        print(missing, file=sys.stderr)
        raise typer.Exit(2) from None
    except Refusal as refusal:
        print(f"{refusal.code}: {refusal.detail}", file=sys.stderr)
        raise typer.Exit(1) from None


async def _once(service: Service, settings: Settings, work: Callable[[Running], Awaitable[T]]) -> T:
    database = Database(settings.database_url.get_secret_value(), max_size=4, application_name=f"cispd-{service.name}")
    clock = Clock(settings.clock_file if settings.environment == "local" else None)
    try:
        return await work(Running(service_name=service.name, database=database, settings=settings, clock=clock))
    finally:
        await database.close()
