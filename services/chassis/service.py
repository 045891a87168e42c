"""What a service is made of: said once, run in any role."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from services.chassis.http.routes import Routes
from services.chassis.projections import Projection
from services.chassis.running import Running
from services.chassis.settings import Settings
from services.chassis.subscriptions import Subscriptions
from services.chassis.timers import Timers


@dataclass(frozen=True)
class Worker:
    """A loop of a service's own: `run` returns when `running.stopping` is set."""

    name: str
    run: Callable[[Running], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Service:
    """`package` is the service's own package, where its migrations and templates are."""

    name: str
    package: str
    settings: type[Settings] = Settings
    routes: Sequence[Routes] = ()
    subscriptions: Subscriptions = field(default_factory=Subscriptions)
    timers: Timers = field(default_factory=Timers)
    workers: Sequence[Worker] = ()
    projections: Sequence[Projection] = ()

    @property
    def folder(self) -> Path:
        return Path(str(files(self.package)))
