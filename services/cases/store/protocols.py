"""Protocols, few per commune."""

from __future__ import annotations

from pydantic import TypeAdapter

from services.cases.domain.protocol import Protocol
from services.chassis.act import Tx

_PROTOCOL = TypeAdapter(Protocol)

_SAVE = """
insert into protocol (id, version, commune, prosecutor_office, signed_on, valid_from, valid_until, motives, reply_days,
                      silence_is_clearance)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""


async def lock_protocols(tx: Tx, commune: str) -> list[Protocol]:
    """The protocols of a commune; two acts on the protocols of one commune wait for each other."""
    await tx.execute("select pg_advisory_xact_lock(hashtext('protocol'), hashtext($1))", commune)
    return await protocols_of(tx, commune)


async def protocols_of(tx: Tx, commune: str) -> list[Protocol]:
    rows = await tx.fetch("select * from protocol where commune = $1 order by valid_from", commune)
    return [protocol_of(row) for row in rows]


def protocol_of(row: object) -> Protocol:
    """The aggregate of a row of `protocol`."""
    return _PROTOCOL.validate_python(dict(row))  # type: ignore[call-overload]


async def save_protocol(tx: Tx, protocol: Protocol) -> None:
    """Puts a new protocol on record; it never changes afterwards."""
    await tx.execute(
        _SAVE,
        *(protocol.id, protocol.version, protocol.commune, protocol.prosecutor_office, protocol.signed_on),
        *(protocol.valid_from, protocol.valid_until, sorted(protocol.motives), protocol.reply_days),
        protocol.silence_is_clearance,
    )
