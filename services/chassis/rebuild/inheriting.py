"""What the live consumer takes over from the rebuild at the swap: versions of keys and records put aside."""

from __future__ import annotations

from services.chassis.database import Connection
from services.chassis.parking.queue import line_up

# Only what differs: nearly nothing, unless the live consumer once passed over facts that are read now.
SEEN = """
insert into consumer_seen (consumer, topic, key, sequence)
select $1, $3, key, mine from (
    select key, coalesce(max(sequence) filter (where consumer = $1), 0) as live,
        max(sequence) filter (where consumer = $2) as mine
    from consumer_seen where consumer in ($1, $2) and topic = $3 group by key
) as known where live < mine
on conflict (consumer, topic, key) do update set sequence = excluded.sequence
"""

SAME_PLACE = 'live.topic = mine.topic and live.partition = mine.partition and live."offset" = mine."offset"'

APPLIED = f"""
update parked_record as live set state = 'applied', settled_at = clock_timestamp(), settled_by = $4,
    settled_why = 'rebuilt'
where live.consumer = $1 and live.topic = $3 and live.state = 'parked' and not exists (
    select from parked_record as mine where mine.consumer = $2 and mine.state = 'parked' and {SAME_PLACE})
"""  # noqa: S608 - put together from constants

PARKED_AGAIN = f"""
update parked_record as live set state = 'parked', reason = mine.reason, detail = mine.detail, stack = mine.stack,
    attempts = live.attempts + 1, attempted_at = mine.attempted_at,
    settled_at = null, settled_by = null, settled_why = null
from parked_record as mine
where mine.consumer = $2 and mine.topic = $3 and live.consumer = $1 and live.state = 'applied' and {SAME_PLACE}
"""  # noqa: S608

KNOWN = f"""
delete from parked_record as mine using parked_record as live
where mine.consumer = $2 and mine.topic = $3 and live.consumer = $1 and {SAME_PLACE}
"""  # noqa: S608

NEW = "update parked_record set consumer = $1 where consumer = $2 and topic = $3"

LET_GO = "delete from consumer_position where consumer = $1"

FORGET = (
    LET_GO,
    "delete from parked_record where consumer = $1",
    "delete from consumer_seen where consumer = $1",
)


async def inherit(tx: Connection, consumer: str, rebuilding: str, topic: str, by: str) -> None:
    """The records put aside are then those of the rebuild; what was discarded stays discarded."""
    names = (consumer, rebuilding, topic)
    await tx.execute(SEEN, *names)
    await tx.execute(APPLIED, *names, by)
    for statement in (PARKED_AGAIN, KNOWN, NEW):
        await tx.execute(statement, *names)
    await line_up(tx, consumer, topic)


async def let_go(tx: Connection, rebuilding: str) -> None:
    """Nobody fills the shadow any more: who still holds a position finds it gone, and nothing of that batch counts."""
    await tx.execute(LET_GO, rebuilding)


async def forget(tx: Connection, rebuilding: str) -> None:
    """Removes every trace of a rebuild's own consumer."""
    for statement in FORGET:
        await tx.execute(statement, rebuilding)
