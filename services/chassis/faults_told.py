"""What may be told of an exception to logs and operators: its kind and its places, never what somebody typed."""

from __future__ import annotations

import traceback
from dataclasses import dataclass

import asyncpg
from pydantic import ValidationError

from services.chassis.errors import Refusal


@dataclass(frozen=True)
class Fault:
    """Why something could not be done: a name, a detail without any value of the record, the places of the code."""

    reason: str
    detail: str
    stack: str | None = None


def fault_of(error: BaseException, reason: str = "HandlerFailed") -> Fault:
    """What may be told of an exception: its type and places, a rule's name, a constraint; never its message."""
    told = [type(error).__name__]
    if isinstance(error, Refusal):
        reason = "Refused"
    if isinstance(error, asyncpg.PostgresError):
        known = ((name, getattr(error, name, None)) for name in ("sqlstate", "constraint_name", "table_name"))
        told += [f"{name}={value}" for name, value in known if value]
    if isinstance(error, ValidationError):
        told.append(fields_of(error))
    return Fault(reason, " ".join(told), "\n".join(places_of(error)) or None)


def places_of(error: BaseException) -> list[str]:
    """Where in the code it happened, outermost first: `consumer/applying.py:101 _narrowing`, no path of the machine."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{'/'.join(frame.filename.rsplit('/', 2)[-2:])}:{frame.lineno} {frame.name}" for frame in frames]


def fields_of(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, found['loc'])) or 'value'}: {found['type']}"
        for found in error.errors(include_input=False, include_context=False, include_url=False)[:10]
    )
