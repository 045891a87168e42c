"""Institutions, bodies and their members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from schemas.events.bodies import Authority, BodyKind, InstitutionKind, Seat, Theme
from services.chassis.act import Tx
from services.meetings.domain.body import Body, Constituted, Member
from services.meetings.domain.institution import Institution
from services.meetings.domain.refusals import BodyUnknown, InstitutionUnknown

_BODY = "select * from bodies where id = $1"

_MEMBERS = """
select members.*, institutions.id, institutions.version, institutions.name, institutions.kind,
       institutions.feminine, institutions.commune
from members join institutions on institutions.id = members.institution_id
where members.body_id = $1
order by members.position
"""

_SAVE_INSTITUTION = """
insert into institutions (id, version, name, kind, feminine, commune)
values ($1, $2, $3, $4, $5, $6)
"""

_SAVE_BODY = """
insert into bodies (id, version, name, kind, theme, order_number, order_date, effective_on, dissolved_on)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (id) do update set version = excluded.version, dissolved_on = excluded.dissolved_on
"""

_SAVE_MEMBER = """
insert into members (body_id, institution_id, position, seat, designated_by, agreed_on)
values ($1, $2, $3, $4, $5, $6)
"""


async def institution_of(tx: Tx, institution_id: UUID) -> Institution:
    """Raises InstitutionUnknown."""
    return (await institutions_of(tx, [institution_id]))[0]


async def institutions_of(tx: Tx, ids: Sequence[UUID], *, field: str | None = None) -> list[Institution]:
    """The institutions in the order of `ids`. Raises InstitutionUnknown about `field` when one is missing."""
    rows = await tx.fetch("select * from institutions where id = any($1::uuid[])", list(ids))
    found = {row["id"]: institution_from(row) for row in rows}
    if any(wanted not in found for wanted in ids):
        raise InstitutionUnknown(field=field)
    return [found[wanted] for wanted in ids]


async def save_institution(tx: Tx, institution: Institution) -> None:
    await tx.execute(
        _SAVE_INSTITUTION,
        *(institution.id, institution.version, institution.name, institution.kind),
        *(institution.feminine, institution.commune),
    )


async def lock_body(tx: Tx, body_id: UUID) -> Body | None:
    row = await tx.fetchrow(_BODY + " for update", body_id)
    return await _body(tx, row) if row else None


async def body_of(tx: Tx, body_id: UUID) -> Body:
    """A body that another aggregate refers to, kept from changing until the act ends. Raises BodyUnknown."""
    return await _body(tx, await _shared(tx, body_id))


async def constituted_body_of(tx: Tx, body_id: UUID) -> Constituted:
    """The same for whom it does not matter who sits in it: a turn to the server less. Raises BodyUnknown."""
    return Constituted(**_order(await _shared(tx, body_id)))


async def find_body(tx: Tx, body_id: UUID) -> Body:
    """The body as it is now, for reading only. Raises BodyUnknown."""
    row = await tx.fetchrow(_BODY, body_id)
    if row is None:
        raise BodyUnknown
    return await _body(tx, row)


async def save_body(tx: Tx, body: Body) -> None:
    await tx.execute(
        _SAVE_BODY,
        *(body.id, body.version, body.name, body.kind, body.theme),
        *(body.order_number, body.order_date, body.effective_on, body.dissolved_on),
    )
    await tx.execute("delete from members where body_id = $1", body.id)
    if body.members:
        await tx.executemany(_SAVE_MEMBER, [_member_row(body.id, *placed) for placed in enumerate(body.members, 1)])


def _member_row(body_id: UUID, position: int, member: Member) -> tuple[Any, ...]:
    return (body_id, member.institution.id, position, member.seat, member.designated_by, member.agreed_on)


async def _shared(tx: Tx, body_id: UUID) -> Mapping[str, Any]:
    row: Mapping[str, Any] | None = await tx.fetchrow(_BODY + " for share", body_id)
    if row is None:
        raise BodyUnknown
    return row


async def _body(tx: Tx, row: Mapping[str, Any]) -> Body:
    members = await tx.fetch(_MEMBERS, row["id"])
    return Body(**_order(row), members=tuple(_member(member) for member in members))


_PLAIN = ("id", "version", "name", "order_number", "order_date", "effective_on", "dissolved_on")


def _order(row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of Constituted."""
    theme = Theme(row["theme"]) if row["theme"] else None
    return {**{name: row[name] for name in _PLAIN}, "kind": BodyKind(row["kind"]), "theme": theme}


def _member(row: Mapping[str, Any]) -> Member:
    return Member(
        institution=institution_from(row),
        seat=Seat(row["seat"]),
        designated_by=Authority(row["designated_by"]),
        agreed_on=row["agreed_on"],
    )


def institution_from(row: Mapping[str, Any]) -> Institution:
    """An institution from a row with the columns of its table."""
    return Institution(
        id=row["id"],
        version=row["version"],
        name=row["name"],
        kind=InstitutionKind(row["kind"]),
        feminine=row["feminine"],
        commune=row["commune"],
    )
