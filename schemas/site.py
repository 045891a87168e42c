"""The site map: names, menus and which service answers which path."""

from __future__ import annotations

import tomllib
from functools import cache, cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Section(_Frozen):
    label: str
    href: str
    roles: frozenset[str] = frozenset()


class MenuEntry(Section):
    sections: tuple[Section, ...] = ()


class ServicePaths(_Frozen):
    pages: tuple[str, ...]
    api: tuple[str, ...]


class Site(_Frozen):
    name: str
    tagline: str
    body: str
    services: dict[str, ServicePaths]
    menu: tuple[MenuEntry, ...]

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """Path prefix → service, with the prefixes that every service has by convention."""
        routes = {prefix: name for name, paths in self.services.items() for prefix in (*paths.pages, *paths.api)}
        for name in self.services:
            routes |= {f"/{room}/{name}": name for room in ("exploitation", "session", "assets", "api/operations")}
        routes["/exploitation/composants"] = next(iter(self.services))
        return routes

    def service_of(self, path: str) -> str | None:
        """The service that answers `path` (no query), or None; the longest prefix wins, "/" is itself only."""
        if path == "/":
            return self.prefixes.get("/")
        fitting = [
            prefix for prefix in self.prefixes if prefix != "/" and (path == prefix or path.startswith(prefix + "/"))
        ]
        return self.prefixes[max(fitting, key=len)] if fitting else None

    def menu_for(self, roles: frozenset[str]) -> tuple[MenuEntry, ...]:
        """The entries that someone with `roles` sees."""
        return tuple(
            entry.model_copy(update={"sections": tuple(s for s in entry.sections if not s.roles or s.roles & roles)})
            for entry in self.menu
            if not entry.roles or entry.roles & roles
        )


@cache
def site() -> Site:
    return Site.model_validate(tomllib.loads(Path(__file__).with_name("site.toml").read_text()))
