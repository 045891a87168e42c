"""The role `workers`: the loops of the service's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from services.chassis.keeping import Loop
from services.chassis.running import Running
from services.chassis.service import Service


def loops(service: Service, running: Running) -> list[tuple[str, Loop]]:
    return [(worker.name, _of(worker.run, running)) for worker in service.workers]


def _of(run: Callable[[Running], Awaitable[None]], running: Running) -> Loop:
    return lambda: run(running)
