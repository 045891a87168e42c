"""Protocols with the prosecutor's office."""

from __future__ import annotations

from uuid import UUID

from services.cases.domain.protocol import Protocol
from services.cases.store.protocols import protocol_of
from services.chassis.act import Tx
from services.chassis.errors import NotFound


async def protocols(tx: Tx, *, commune: str | None, limit: int, after: int) -> tuple[list[Protocol], int]:
    """The latest first, and how many there are."""
    rows = await tx.fetch(
        "select * from protocol where $1::text is null or commune = $1 "
        "order by signed_on desc, commune, id limit $2 offset $3",
        *(commune, limit, after),
    )
    total = await tx.fetchval("select count(*) from protocol where $1::text is null or commune = $1", commune)
    return [protocol_of(row) for row in rows], total


async def protocol(tx: Tx, protocol_id: UUID) -> Protocol:
    """Raises NotFound."""
    row = await tx.fetchrow("select * from protocol where id = $1", protocol_id)
    if row is None:
        raise NotFound
    return protocol_of(row)
