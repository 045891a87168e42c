"""Institutions and bodies as people read them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from schemas.events.bodies import Authority, BodyKind, InstitutionKind, Seat, Theme
from services.chassis.act import Tx
from services.chassis.errors import NotFound
from services.meetings.queries.past import PastAct, history_of
from services.meetings.visibility import Scope


class InstitutionView(BaseModel):
    id: UUID
    version: int
    name: str
    kind: InstitutionKind
    feminine: bool
    commune: str | None = Field(description="INSEE code of its commune, when it serves one.")


class BodyRow(BaseModel):
    id: UUID
    version: int
    name: str
    kind: BodyKind
    theme: Theme | None
    effective_on: date = Field(description="First day it may meet.")
    dissolved_on: date | None = Field(description="First day it no longer may.")
    members: int = Field(description="How many institutions sit in it.")


class MemberView(BaseModel):
    institution_id: UUID
    name: str
    kind: InstitutionKind
    feminine: bool
    seat: Seat
    designated_by: Authority
    agreed_on: date | None


class BodyView(BodyRow):
    order_number: str
    order_date: date
    composition: list[MemberView]
    history: list[PastAct]


_ROWS = """
select bodies.*, (select count(*) from members where body_id = bodies.id) as members
from bodies
where ($1::boolean or exists (select from members where body_id = bodies.id and institution_id = $2))
"""

_ORDER = " order by array_position(array['plenary', 'restricted', 'group'], kind), name, id"


async def list_institutions(
    tx: Tx, *, kind: InstitutionKind | None, limit: int, after: int
) -> tuple[list[InstitutionView], int]:
    """Institutions by name, and how many there are."""
    where = "where ($1::text is null or kind = $1)"
    rows = await tx.fetch(
        f"select * from institutions {where} order by name, id limit $2 offset $3",  # noqa: S608
        *(kind, limit, after),
    )
    total = await tx.fetchval(f"select count(*) from institutions {where}", kind)  # noqa: S608
    return [InstitutionView(**row) for row in rows], total


async def find_institution(tx: Tx, institution_id: UUID) -> InstitutionView:
    """Raises NotFound."""
    row = await tx.fetchrow("select * from institutions where id = $1", institution_id)
    if row is None:
        raise NotFound
    return InstitutionView(**row)


async def list_bodies(
    tx: Tx, scope: Scope, *, kind: BodyKind | None = None, limit: int = 200, after: int = 0
) -> tuple[list[BodyRow], int]:
    """Bodies the reader may see, plenary first, and how many there are."""
    wanted = _ROWS + " and ($3::text is null or kind = $3)"
    rows = await tx.fetch(wanted + _ORDER + " limit $4 offset $5", *scope.values, kind, limit, after)
    total = await tx.fetchval(f"select count(*) from ({wanted}) as found", *scope.values, kind)  # noqa: S608
    return [BodyRow(**row) for row in rows], total


async def find_body(tx: Tx, scope: Scope, body_id: UUID) -> BodyView:
    """Raises NotFound, also when the reader's institution does not sit in it."""
    row = await tx.fetchrow(_ROWS + " and bodies.id = $3", *scope.values, body_id)
    if row is None:
        raise NotFound
    members = await tx.fetch(
        "select members.*, name, kind, feminine from members join institutions on institutions.id = institution_id "
        "where body_id = $1 order by position",
        body_id,
    )
    return BodyView(
        **row,
        composition=[MemberView(**member) for member in members],
        history=await history_of(tx, body_id),
    )
