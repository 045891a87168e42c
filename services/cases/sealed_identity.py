"""The only way in and out of the sealed fields of a case: `open_fields` writes the access log before it decrypts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from schemas.events.cases import RecallState
from schemas.roles import Role
from services.cases.domain.access import ReadingReason, SealedField, fields_opened
from services.cases.domain.competence import check_commune
from services.cases.domain.prosecution import ProsecutorNotConsulted
from services.cases.domain.recall import Recall
from services.cases.sealing import WrappedKey, seal, unseal
from services.chassis.act import Act

_LOG = """
insert into access_log (at, case_id, commune, by_subject, by_name, by_title, reason, fields, purpose)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_SEAL = """
insert into sealed_field (case_id, field, sealed) values ($1, $2, $3)
on conflict (case_id, field) do update set sealed = excluded.sealed
"""


class Purpose(StrEnum):
    """What a reading was for: to be looked at, or to be printed in a letter."""

    READING = "reading"
    LETTER = "letter"


async def seal_fields(act: Act, case_id: UUID, values: Mapping[SealedField, Any]) -> None:
    """Encrypts values of a case, replacing earlier ones; the first time it makes the case's data key."""
    data_key = await _data_key(act, case_id) or await _new_data_key(act, case_id)
    await act.tx.executemany(
        _SEAL, [(case_id, field, seal(data_key, case_id, field, value)) for field, value in values.items()]
    )


async def open_fields(
    act: Act, case: Recall, reason: ReadingReason, *, purpose: Purpose = Purpose.READING
) -> dict[SealedField, Any]:
    """What `reason` opens of a case to the one who acts.

    Raises OutsideCommune, ReasonOfAnotherRole, or ProsecutorNotConsulted before the office was asked; nothing is
    logged then. Otherwise the reading is in the access log, in this transaction, before anything is decrypted.
    """
    check_commune(act.by, case.commune)
    fields = fields_opened(act.by, reason)
    if act.by.has(Role.PROSECUTOR) and case.state is RecallState.REPORTED:
        raise ProsecutorNotConsulted
    who = (act.by.subject, act.by.name, act.by.title)
    await act.tx.execute(_LOG, act.now, case.id, case.commune, *who, reason, [*fields], purpose)
    data_key = await _data_key(act, case.id)
    assert data_key is not None, "a case has a data key from its first day"
    rows = await act.tx.fetch(
        "select field, sealed from sealed_field where case_id = $1 and field = any($2::text[])", case.id, [*fields]
    )
    return {SealedField(row["field"]): unseal(data_key, case.id, row["field"], row["sealed"]) for row in rows}


async def _data_key(act: Act, case_id: UUID) -> bytes | None:
    row = await act.tx.fetchrow("select key_id, wrapped from case_key where case_id = $1", case_id)
    return act.settings.key_ring.data_key(case_id, WrappedKey(row["key_id"], row["wrapped"])) if row else None


async def _new_data_key(act: Act, case_id: UUID) -> bytes:
    data_key, stored = act.settings.key_ring.new_data_key(case_id)
    await act.tx.execute(
        "insert into case_key (case_id, key_id, wrapped) values ($1, $2, $3)", case_id, stored.key_id, stored.wrapped
    )
    return bytes(data_key)
