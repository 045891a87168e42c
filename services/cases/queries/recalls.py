"""Recalls as people see them: those of their communes; the parquet, those it was asked about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.events.cases import RecallState
from schemas.roles import Role
from services.cases import rights
from services.cases.domain.competence import check_commune
from services.cases.domain.recall import Recall
from services.cases.store.recalls import recall_of
from services.chassis.act import Tx
from services.chassis.errors import NotFound
from services.chassis.identity import Principal

_VISIBLE = "commune = any($1::text[]) and (not $2 or consulted_at is not null)"
_FOUND = (
    f"{_VISIBLE} and (cardinality($3::text[]) = 0 or state = any($3::text[])) and ($4::text is null or commune = $4)"
)


@dataclass(frozen=True)
class HistoryLine:
    """One act in a case."""

    at: datetime
    act: str
    by_name: str
    by_title: str


async def recalls(
    tx: Tx, by: Principal, *, states: list[RecallState], commune: str | None, limit: int, after: int
) -> tuple[list[Recall], int]:
    """The recalls that `by` may see, latest report first, and how many there are."""
    given = (*_scope(by), [*states], commune)
    rows = await tx.fetch(
        f"select * from recall where {_FOUND} order by reported_at desc, id limit $5 offset $6",  # noqa: S608
        *(*given, limit, after),
    )
    total = await tx.fetchval(f"select count(*) from recall where {_FOUND}", *given)  # noqa: S608
    return [recall_of(row) for row in rows], total


async def recall(tx: Tx, by: Principal, case_id: UUID) -> Recall:
    """One recall. Raises NotFound, also to the parquet before it is asked, or OutsideCommune."""
    row = await tx.fetchrow("select * from recall where id = $1", case_id)
    if row is None:
        raise NotFound
    check_commune(by, row["commune"])
    found = recall_of(row)
    if _only_consulted(by) and found.consulted_at is None:
        raise NotFound
    return found


async def open_recalls(tx: Tx, by: Principal) -> list[Recall]:
    """The recalls of `by` on which something is still to be done."""
    rows = await tx.fetch(
        f"select * from recall where {_VISIBLE} and ended_at is null order by reported_at",  # noqa: S608
        *_scope(by),
    )
    return [recall_of(row) for row in rows]


async def counts_by_state(tx: Tx, by: Principal) -> dict[str, int]:
    rows = await tx.fetch(
        f"select state, count(*) as n from recall where {_VISIBLE} group by state",  # noqa: S608
        *_scope(by),
    )
    return {row["state"]: row["n"] for row in rows}


async def history_of(tx: Tx, case_id: UUID) -> list[HistoryLine]:
    """Latest first."""
    rows = await tx.fetch(
        "select at, act, by_name, by_title from recall_history where case_id = $1 order by id desc", case_id
    )
    return [HistoryLine(**dict(row)) for row in rows]


def _only_consulted(by: Principal) -> bool:
    return not by.has(*(rights.READERS - {Role.PROSECUTOR}))


def _scope(by: Principal) -> tuple[Any, ...]:
    return sorted(by.communes), _only_consulted(by)
