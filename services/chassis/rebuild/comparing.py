"""What was built against what is live: rows counted, never shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.chassis.database import Connection

KEY = """
select attname from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey)
where indrelid = to_regclass($1) and indisprimary
"""

# One pass over both sides: a join is planned without statistics of what was just written, key by key over all keys.
BEHIND = """
with known as (
    select key, max(sequence) filter (where consumer = $1) as live,
        coalesce(max(sequence) filter (where consumer = $2), 0) as mine
    from consumer_seen where consumer in ($1, $2) and topic = $3 group by key
)
select count(*) as behind, count(*) filter (where exists (
    select from parked_record as parked where parked.consumer = $2 and parked.topic = $3 and parked.key = known.key
        and parked.state = 'parked')) as parked
from known where mine < live
"""


@dataclass(frozen=True)
class Difference:
    """Rows of one table: only in the live one, only in the rebuilt one, in both but not alike, and alike."""

    table: str
    only_live: int
    only_rebuilt: int
    unlike: int
    alike: int

    def __bool__(self) -> bool:
        return bool(self.only_live or self.only_rebuilt or self.unlike)

    def __str__(self) -> str:
        return (
            f"{self.table}: {self.alike} rows alike, {self.unlike} different, {self.only_live} only live, "
            f"{self.only_rebuilt} only rebuilt"
        )


async def compare(tx: Connection, table: str, live: str, shadow: str) -> Difference:
    """Compares `live` and `shadow`, two tables of one shape, as the transaction `tx` sees them."""
    key = [row["attname"] for row in await tx.fetch(KEY, live)]
    # Names of our own tables and columns.
    found: Any = await tx.fetchrow(
        f"select count(*) filter (where shadow.{key[0]} is null) as only_live, "  # noqa: S608
        f"count(*) filter (where live.{key[0]} is null) as only_rebuilt, "
        f"count(*) filter (where live is not distinct from shadow) as alike, count(*) as all "
        f"from {live} as live full join {shadow} as shadow using ({', '.join(key)})"
    )
    unlike = found["all"] - found["alike"] - found["only_live"] - found["only_rebuilt"]
    return Difference(table, found["only_live"], found["only_rebuilt"], unlike, found["alike"])


async def keys_behind(tx: Connection, consumer: str, rebuilding: str, topic: str) -> tuple[int, int]:
    """Keys of which the rebuild knows less than the live consumer; how many of these because a record is put aside."""
    found: Any = await tx.fetchrow(BEHIND, consumer, rebuilding, topic)
    return found["behind"], found["parked"]
