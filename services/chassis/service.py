"""What a service is made of: said once, run in any role, loaded as far as the role needs it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from services.chassis.settings import Settings

if TYPE_CHECKING:
    from services.chassis.http.routes import Routes
    from services.chassis.projections import Projection
    from services.chassis.running import Running
    from services.chassis.subscriptions import Subscriptions
    from services.chassis.timers import Timers

T = TypeVar("T")


class Part(Generic[T]):
    """A field of Service: given as it is, or as "module:name", which is imported when somebody asks for it.

    So a relay starts without the pages, and an operator's verb without the reactions.
    """

    def __init__(self, default: T | str) -> None:
        self.default = default

    def __set_name__(self, owner: type[Service], name: str) -> None:
        self.name = name

    def __get__(self, service: Service | None, owner: type[Service]) -> T:
        given = self.default if service is None else vars(service)[self.name]
        return cast(T, resolve_name(given) if service is not None and isinstance(given, str) else given)

    def __set__(self, service: Service, given: T | str) -> None:
        vars(service)[self.name] = given


@dataclass(frozen=True)
class Worker:
    """A loop of a service's own: `run` returns when `running.stopping` is set."""

    name: str
    run: Callable[[Running], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Service:
    """`package` is the service's own package, where its migrations and templates are."""

    name: str
    package: str
    settings: type[Settings] = Settings
    routes: Part[Sequence[Routes]] = Part(())
    subscriptions: Part[Subscriptions] = Part("services.chassis.subscriptions:NOTHING")
    timers: Part[Timers] = Part("services.chassis.timers:NEVER")
    workers: Part[Sequence[Worker]] = Part(())
    projections: Part[Sequence[Projection]] = Part(())

    @property
    def folder(self) -> Path:
        return Path(str(files(self.package)))

    def declares(self, part: str) -> bool:
        """Whether the service said anything for the field `part`; loads nothing."""
        return bool(vars(self)[part] != vars(Service)[part].default)
