"""Between what is typed in a field and what a command holds, both ways."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel

from services.chassis import french

SEQUENCES = (list, tuple, set, frozenset)


def core(annotation: Any) -> Any:
    """The type that matters of an annotation: without Annotated and without `| None`."""
    if get_origin(annotation) is Annotated:
        return core(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [part for part in get_args(annotation) if part is not type(None)]
        return core(rest[0]) if len(rest) == 1 else str
    return datetime if annotation is AwareDatetime else annotation


def member(annotation: Any) -> Any | None:
    """The type of the members of a list-like annotation, None for anything else."""
    kind = core(annotation)
    if get_origin(kind) in SEQUENCES:
        return core(get_args(kind)[0])
    return None


def is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def is_kind(kind: Any, *wanted: type) -> bool:
    """True for a class among `wanted` or below; a datetime is no date here."""
    return isinstance(kind, type) and issubclass(kind, wanted) and not (kind is datetime and datetime not in wanted)


def scalar(kind: Any, text: str) -> Any:
    """The value of a non-empty text for `kind`; what is not known here goes on as text for the model to judge.

    Raises french.Unreadable.
    """
    if is_kind(kind, date):
        return french.parse_date(text)
    if is_kind(kind, time):
        return french.parse_time(text)
    if is_kind(kind, bool):
        return text in ("true", "on", "oui", "1")
    if is_kind(kind, int, float, Decimal) and not is_kind(kind, Enum):
        number = french.parse_number(text)
        return number if kind is Decimal or number % 1 else int(number)
    return text


def spread(values: Mapping[str, Any] | BaseModel, prefix: str = "") -> dict[str, list[str]]:
    """Values as fields show them: field name → what would have been typed."""
    items: Iterable[tuple[str, Any]] = values.items() if isinstance(values, Mapping) else iter(values)
    shown: dict[str, list[str]] = {}
    for key, value in items:
        name = f"{prefix}{key}".replace(".", "-")
        if value is None:
            continue
        if isinstance(value, datetime):
            there = french.local(value)
            shown[f"{name}-date"], shown[f"{name}-time"] = [f"{there:%d/%m/%Y}"], [french.hour(value)]
        elif isinstance(value, Mapping | BaseModel):
            shown |= spread(value, f"{name}-")
        elif isinstance(value, SEQUENCES):
            shown |= _spread_many(name, list(value))
        else:
            shown[name] = [written(value)]
    return shown


def _spread_many(name: str, values: list[Any]) -> dict[str, list[str]]:
    if values and isinstance(values[0], Mapping | BaseModel):
        rows = [spread(value, f"{name}-{index}-") for index, value in enumerate(values)]
        return {key: texts for row in rows for key, texts in row.items()}
    return {name: [written(value) for value in values]}


def written(value: Any) -> str:
    """A value as somebody would have typed it."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, time):
        return f"{value.hour}\u00a0h" + (f"\u00a0{value.minute:02}" if value.minute else "")
    return str(value)
