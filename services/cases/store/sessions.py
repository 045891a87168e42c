"""Drop-in sessions."""

from __future__ import annotations

from uuid import UUID

from pydantic import TypeAdapter

from services.cases.domain.drop_in_session import DropInSession
from services.chassis.act import Tx

_SESSION = TypeAdapter(DropInSession)

_SAVE = """
insert into drop_in_session select * from jsonb_populate_record(null::drop_in_session, $1)
on conflict (id) do update set
    version = excluded.version, state = excluded.state, visitors = excluded.visitors, themes = excluded.themes,
    age_bands = excluded.age_bands, orientations = excluded.orientations
"""


async def lock_session(tx: Tx, session_id: UUID) -> DropInSession | None:
    row = await tx.fetchrow("select * from drop_in_session where id = $1 for update", session_id)
    return session_of(row) if row else None


def session_of(row: object) -> DropInSession:
    """The aggregate of a row of `drop_in_session`."""
    return _SESSION.validate_python(dict(row))  # type: ignore[call-overload]


async def save_session(tx: Tx, session: DropInSession) -> None:
    await tx.execute(_SAVE, _SESSION.dump_python(session, mode="json"))
