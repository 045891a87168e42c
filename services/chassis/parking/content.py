"""The content of a parked record: who may see it, and the line that is written before anybody does."""

from __future__ import annotations

from datetime import datetime

from schemas.catalogue import TOPICS
from services.chassis.database import Connection
from services.chassis.errors import NotFound
from services.chassis.parking.refusals import ContentClosed

READ = "insert into parked_reading (at, parked_id, topic, by) values ($1, $2, $3, $4)"


def is_open(topic: str) -> bool:
    """Whether an operator may see contents of `topic` on a page: it carries open facts only (class A).

    Restricted and statistical facts (B, C) and topics the catalogue does not know are read where the service runs, by
    somebody who holds its database's password anyway.
    """
    return topic in TOPICS and TOPICS[topic].data_class == "A"


async def read_content(
    tx: Connection, consumer: str, parked_id: int, *, by: str, now: datetime, everything: bool = False
) -> bytes:
    """The bytes as they came, once the reading is written down. `everything`: of any class, at the command line.

    Raises NotFound, ContentClosed.
    """
    row = await tx.fetchrow(
        "select topic, value from parked_record where consumer = $1 and id = $2", consumer, parked_id
    )
    if row is None:
        raise NotFound
    if not (everything or is_open(row["topic"])):
        raise ContentClosed
    await tx.execute(READ, now, parked_id, row["topic"], by)
    return row["value"] or b""
