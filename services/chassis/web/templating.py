"""The template environment of a service: its own templates first, then those of the chassis."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from uuid import UUID

import uuid_utils
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from services.chassis import french
from services.chassis.web.parts import Action, Blocked, Cell, Column, Due, Fact, Figure, Option, State, Step
from services.chassis.web.typesetting import Typesetting

CHASSIS = Path(__file__).parent / "templates"
_PARTS = (Action, Blocked, Cell, Column, Due, Fact, Figure, Option, State, Step)


@cache
def environment(package: str) -> Environment:
    """Templates of `package` ("services.<name>", in pages/templates) and of the chassis."""
    folders = [CHASSIS]
    spec = importlib.util.find_spec(package)
    if spec is not None and spec.submodule_search_locations:
        folders.insert(0, Path(spec.submodule_search_locations[0]) / "pages" / "templates")
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[Typesetting],
    )
    made.filters |= {
        "fr": french.typography,
        "full_date": french.full_date,
        "full_datetime": french.full_datetime,
        "short_date": french.short_date,
        "history_datetime": french.history_datetime,
        "hour": french.hour,
        "month": french.month,
        "number": french.number,
        "capital": french.capital,
    }
    made.globals |= {kind.__name__: kind for kind in _PARTS}
    made.globals |= {"written": written, "count": french.count, "new_command_id": new_command_id}
    return made


def written(moment: date | datetime, style: str = "full") -> str:
    """A date or moment in words; styles: full, date, short, history, hour."""
    if not isinstance(moment, datetime):
        return french.full_date(moment) if style in ("full", "date") else french.short_date(moment)
    return _STYLES[style](moment)


_STYLES: dict[str, Callable[[datetime], str]] = {
    "full": french.full_datetime,
    "date": french.full_date,
    "short": french.short_date,
    "history": french.history_datetime,
    "hour": french.hour,
}


def new_command_id() -> UUID:
    """The identity of a command not yet sent; posting a form twice sends it twice, and it is done once."""
    return UUID(str(uuid_utils.uuid7()))
