"""The addresses of the operator's pages, and what their query holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Path, Query

from services.chassis.parking.reading import Filter

SIZE = 50
OPERATOR = {"operator"}
# A number that no record has leads to « not there », as any other.
Number = Annotated[int, Path(ge=0, le=2**63 - 1)]
Typed = Annotated[str, Query(max_length=250)]
PageNumber = Annotated[str, Query(alias="page", max_length=5)]


def base_of(service: str) -> str:
    return f"/exploitation/{service}/mises-de-cote"


def filter_of(raison: str, sujet: str, cle: str) -> Filter:
    """What somebody chose; nothing typed means any. PostgreSQL knows no text with a NUL: nothing has such a key."""
    kept = [text.strip().replace("\x00", "\\000") or None for text in (raison, sujet, cle)]
    return Filter(*kept)


def query_of(wanted: Filter, page: int = 1) -> str:
    """The query that shows the same list again, with its question mark."""
    given = {"raison": wanted.reason, "sujet": wanted.topic, "cle": wanted.key, "page": page if page > 1 else None}
    told = urlencode({name: value for name, value in given.items() if value})
    return f"?{told}" if told else ""


def page_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text) < 100_000 else 1


def pager(address: str, wanted: Filter, at: int, shown: int, total: int) -> Mapping[str, Any] | None:
    """The arguments of the pager, None when one page holds everything."""
    if total <= SIZE:
        return None
    first = (at - 1) * SIZE + 1
    last = first + shown - 1
    return {
        "first": first,
        "last": last,
        "total": total,
        "previous": address + query_of(wanted, at - 1) if at > 1 else None,
        "next": address + query_of(wanted, at + 1) if last < total else None,
    }
