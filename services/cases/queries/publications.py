"""Publications and what was distributed of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.cases.domain.publication import Publication, PublicationState
from services.cases.store.publications import publication_of
from services.chassis.act import Tx
from services.chassis.errors import NotFound


@dataclass(frozen=True)
class Distribution:
    distributed_on: date
    quantity: int
    place_type: str


async def publications(
    tx: Tx, *, states: list[PublicationState], limit: int, after: int
) -> tuple[list[Publication], int]:
    """In the order of their titles, and how many there are."""
    rows = await tx.fetch(
        "select * from publication where cardinality($1::text[]) = 0 or state = any($1::text[]) "
        "order by title, id limit $2 offset $3",
        *([*states], limit, after),
    )
    total = await tx.fetchval(
        "select count(*) from publication where cardinality($1::text[]) = 0 or state = any($1::text[])", [*states]
    )
    return [publication_of(row) for row in rows], total


async def publication(tx: Tx, publication_id: UUID) -> Publication:
    """Raises NotFound."""
    row = await tx.fetchrow("select * from publication where id = $1", publication_id)
    if row is None:
        raise NotFound
    return publication_of(row)


async def distributions_of(tx: Tx, publication_id: UUID) -> list[Distribution]:
    """Latest first."""
    rows = await tx.fetch(
        "select distributed_on, quantity, place_type from distribution where publication_id = $1 "
        "order by distributed_on desc, id desc",
        publication_id,
    )
    return [Distribution(**dict(row)) for row in rows]
