"""The menus as one reader sees them on one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.site import MenuEntry, Section, site
from services.chassis.identity import Principal


@dataclass(frozen=True)
class Link:
    label: str
    href: str
    current: Literal["page", "true", ""] = ""


@dataclass(frozen=True)
class Menus:
    main: tuple[Link, ...] = ()
    sections: tuple[Link, ...] = ()
    label: str = ""


def menus(by: Principal | None, path: str) -> Menus:
    """Main and section menu of `by` on the page `path`; none for somebody who is not signed in."""
    if by is None:
        return Menus()
    entries = site().menu_for(by.roles)
    chosen = max(entries, key=lambda entry: _reach(entry, path), default=None)
    if chosen is None or _reach(chosen, path) == 0:
        return Menus(main=tuple(Link(entry.label, entry.href) for entry in entries))
    return Menus(
        main=tuple(_link(entry, path, entry is chosen) for entry in entries),
        sections=_sections(chosen, path),
        label=f"Rubriques : {chosen.label}",
    )


def _sections(entry: MenuEntry, path: str) -> tuple[Link, ...]:
    if len(entry.sections) < 2:
        return ()
    nearest = max(entry.sections, key=lambda section: _covers(section.href, path))
    return tuple(
        _link(section, path, section is nearest and _covers(section.href, path) > 0) for section in entry.sections
    )


def _link(target: Section, path: str, is_current: bool) -> Link:
    current: Literal["page", "true", ""] = "" if not is_current else ("page" if target.href == path else "true")
    return Link(target.label, target.href, current)


def _reach(entry: MenuEntry, path: str) -> int:
    """How much of `path` the entry or one of its sections covers."""
    return max(_covers(target.href, path) for target in (entry, *entry.sections))


def _covers(href: str, path: str) -> int:
    """Length of the part of `path` under `href`; 0 when it is elsewhere. "/" covers itself only."""
    if href == path:
        return len(href)
    return len(href) if href != "/" and path.startswith(href + "/") else 0
