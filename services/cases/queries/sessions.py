"""Drop-in sessions, for everybody signed in: they are public facts."""

from __future__ import annotations

from uuid import UUID

from services.cases.domain.drop_in_session import DropInSession, SessionState
from services.cases.store.sessions import session_of
from services.chassis.act import Tx
from services.chassis.errors import NotFound

_FOUND = "(cardinality($1::text[]) = 0 or state = any($1::text[])) and ($2::text is null or district = $2)"


async def sessions(
    tx: Tx, *, states: list[SessionState], district: str | None, limit: int, after: int
) -> tuple[list[DropInSession], int]:
    """The latest first, and how many there are."""
    rows = await tx.fetch(
        f"select * from drop_in_session where {_FOUND} order by starts_at desc, id limit $3 offset $4",  # noqa: S608
        *([*states], district, limit, after),
    )
    total = await tx.fetchval(
        f"select count(*) from drop_in_session where {_FOUND}",  # noqa: S608
        *([*states], district),
    )
    return [session_of(row) for row in rows], total


async def session(tx: Tx, session_id: UUID) -> DropInSession:
    """Raises NotFound."""
    row = await tx.fetchrow("select * from drop_in_session where id = $1", session_id)
    if row is None:
        raise NotFound
    return session_of(row)


async def counts_by_state(tx: Tx) -> dict[str, int]:
    rows = await tx.fetch("select state, count(*) as n from drop_in_session group by state")
    return {row["state"]: row["n"] for row in rows}
