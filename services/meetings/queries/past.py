"""The history of an object."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.chassis.act import Tx


class PastAct(BaseModel):
    at: datetime = Field(description="When, aware.")
    sentence: str = Field(description="Which office did what, in French.")


async def history_of(tx: Tx, object_id: UUID) -> list[PastAct]:
    """What was done to an object, latest first."""
    rows = await tx.fetch("select at, sentence from history where object_id = $1 order by id desc", object_id)
    return [PastAct(at=row["at"], sentence=row["sentence"]) for row in rows]
