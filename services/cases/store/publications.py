"""Publications and what was distributed of them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import TypeAdapter

from schemas.events.outreach import PlaceType
from services.cases.domain.publication import Publication
from services.chassis.act import Tx

_PUBLICATION = TypeAdapter(Publication)

_SAVE = """
insert into publication select * from jsonb_populate_record(null::publication, $1)
on conflict (id) do update set
    version = excluded.version, contacts = excluded.contacts, state = excluded.state,
    approved_on = excluded.approved_on, published_on = excluded.published_on, copies = excluded.copies,
    superseded_by = excluded.superseded_by
"""


async def lock_publication(tx: Tx, publication_id: UUID) -> Publication | None:
    row = await tx.fetchrow("select * from publication where id = $1 for update", publication_id)
    return publication_of(row) if row else None


def publication_of(row: object) -> Publication:
    """The aggregate of a row of `publication`."""
    return _PUBLICATION.validate_python(dict(row))  # type: ignore[call-overload]


async def save_publication(tx: Tx, publication: Publication) -> None:
    await tx.execute(_SAVE, _PUBLICATION.dump_python(publication, mode="json"))


async def publication_exists(tx: Tx, publication_id: UUID) -> bool:
    return bool(await tx.fetchval("select exists (select from publication where id = $1)", publication_id))


async def add_distribution(tx: Tx, publication_id: UUID, *, on: date, quantity: int, place_type: PlaceType) -> None:
    await tx.execute(
        "insert into distribution (publication_id, distributed_on, quantity, place_type) values ($1, $2, $3, $4)",
        *(publication_id, on, quantity, place_type),
    )
