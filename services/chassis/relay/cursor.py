"""What of the outbox is published: a snapshot of PostgreSQL, and a place in the rows that came to light since.

Rows that are visible now and were not in the snapshot are read by id. Not `id > last`: a slow transaction commits low
ids late. Not below the oldest running transaction: order per key would be that of transaction ids, and of two
transactions on one key the one with the smaller id may take the row's lock later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from services.chassis.database import Connection

Row: TypeAlias = Any

NOTHING_SEEN = "3:3:"
PAGE_ROWS = 5_000
PAGE_BYTES = 4_000_000
# A page that follows no other looks at every unpublished row once: after a long outage of Kafka those may be millions.
PAGE_PATIENCE = 120.0
COUNTED = 10_000
NO_ID = 2**63 - 1

LOAD = "select seen::text, target::text, after from outbox_cursor where shards = $1 and shard = $2"

# Another number of shards begins where the slowest shard of the old number was: some events go out twice, none is lost.
# Of two snapshots with the same bounds the older one has more transactions running.
RESHARD = """
with old as (delete from outbox_cursor returning seen)
insert into outbox_cursor (shards, shard, seen)
select $1, shard, coalesce(
    (select seen from old order by pg_snapshot_xmax(seen), pg_snapshot_xmin(seen),
        cardinality(array(select pg_snapshot_xip(seen))) desc limit 1), $2::text::pg_snapshot)
from generate_series(0, $1 - 1) as shard
"""

# Conditions of the session that runs PAGE: whatever the statistics say of a table that grew since, it walks indexes.
PLANNER = {
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_sort": "off",
    "plan_cache_mode": "force_generic_plan",
    "work_mem": "32MB",
}

# The diff of two snapshots has two parts: transactions that began since, and those that were running then. Where the
# first begins is looked up once a round by transaction id; from there on ids are walked in order (`is true` hides the
# comparison from the index on transaction ids, which would have to be sorted). With nothing new they begin at the end.
PAGE = f"""
with place as materialized (
    select $1::text::pg_snapshot as seen, coalesce($2::text::pg_snapshot, pg_current_snapshot()) as target
),
news as materialized (
    (select id, topic, key, key_hash, value, headers, stamped_at from outbox
        where id >= case when $3 > 0 then $3 + 1 else coalesce((select min(id) from (select id from outbox
                where xid >= (select pg_snapshot_xmax(seen) from place) offset 0) as unread), {NO_ID}) end
            and (xid >= (select pg_snapshot_xmax(seen) from place)) is true
            and pg_visible_in_snapshot(xid, (select target from place))
            and ($4 = 1 or key_hash % $4 = $5)
        order by id limit $6)
    union all
    (select * from (select id, topic, key, key_hash, value, headers, stamped_at from outbox
            where xid = any (array(select pg_snapshot_xip(seen) from place)) and (id > $3) is true
                and pg_visible_in_snapshot(xid, (select target from place))
                and ($4 = 1 or key_hash % $4 = $5)
            offset 0) as ended
        order by id limit $6)
),
page as (
    select *, sum(octet_length(value)) over (order by id rows unbounded preceding) as bytes
    from news order by id limit $6
)
select (select target::text from place) as target, (select count(*) from news) as found,
    page.id, page.topic, page.key, page.key_hash, page.value, page.headers, page.stamped_at
from (select 1) as always left join page on page.bytes <= $7 or page.id = (select min(id) from news)
order by page.id
"""  # noqa: S608 - the only value put in is a number of ours

ADVANCE = """
update outbox_cursor set seen = $3::text::pg_snapshot, target = $4::text::pg_snapshot, after = $5,
    published = published + $6, moved_at = clock_timestamp()
where shards = $1 and shard = $2
"""

# Beyond COUNTED rows the distance of the ids is told instead: counting a long backlog every other second would slow it.
WAITING = f"""
with place as materialized (select $1::text::pg_snapshot as seen, $2::text::pg_snapshot as target),
unpublished as materialized (
    (select id, appended_at from outbox
        where $2::text is null and xid >= (select pg_snapshot_xmax(seen) from place)
            and ($4 = 1 or key_hash % $4 = $5)
        limit {COUNTED})
    union all
    (select id, appended_at from outbox
        where $2::text is not null and id > $3 and (xid >= (select pg_snapshot_xmax(seen) from place)) is true
            and ($4 = 1 or key_hash % $4 = $5)
        order by id limit {COUNTED})
    union all
    (select id, appended_at from outbox
        where xid = any (array(select pg_snapshot_xip(seen) from place)) and (id > $3) is true
            and ($4 = 1 or key_hash % $4 = $5)
        limit {COUNTED})
),
counted as (select count(*) as rows, min(id) as first, min(appended_at) as since from unpublished)
select case when rows < {COUNTED} then rows
        else greatest(rows, ((select max(id) from outbox) - first) / $4) end as rows,
    coalesce(extract(epoch from clock_timestamp() - since), 0)::float8 as seconds
from counted
"""  # noqa: S608 - the only value put in is a number of ours


class Resharded(Exception):
    """The cursor is gone: somebody started relays with another number of shards."""


@dataclass(frozen=True)
class Position:
    """Every row visible in `seen` is published; of those visible in `target` (when a round is on) all up to `after`."""

    seen: str
    target: str | None = None
    after: int = 0


@dataclass(frozen=True)
class Page:
    """Rows to publish, oldest first, and where the cursor stands once they are."""

    rows: list[Row]
    then: Position

    @property
    def more(self) -> bool:
        """Whether the round goes on: rows of it are left."""
        return self.then.target is not None


@dataclass(frozen=True)
class Cursor:
    """The cursor of one shard. Only the holder of the shard's lock may use it, on the connection of the lock."""

    connection: Connection
    shards: int
    shard: int

    async def load(self) -> Position:
        """Where this shard stands; makes the cursors of all shards when there are none for this number of shards."""
        async with self.connection.transaction():
            await self.connection.execute("select pg_advisory_xact_lock(hashtext('shards ' || current_schema()))")
            row = await self.connection.fetchrow(LOAD, self.shards, self.shard)
            if row is None:
                await self.connection.execute(RESHARD, self.shards, NOTHING_SEEN)
                row = await self.connection.fetchrow(LOAD, self.shards, self.shard)
        assert row is not None
        return Position(row["seen"], row["target"], row["after"])

    async def read(self, position: Position, *, patience: float | None = PAGE_PATIENCE) -> Page:
        """The next rows after `position`, at most PAGE_ROWS and about PAGE_BYTES.

        Raises TimeoutError after `patience` seconds; None is the connection's own.
        """
        place = (position.seen, position.target, position.after, self.shards, self.shard)
        rows = await self.connection.fetch(PAGE, *place, PAGE_ROWS, PAGE_BYTES, timeout=patience)
        target, found = rows[0]["target"], rows[0]["found"]
        if rows[0]["id"] is None:
            return Page([], Position(target))
        if len(rows) < found or found >= PAGE_ROWS:
            return Page(rows, replace(position, target=target, after=rows[-1]["id"]))
        return Page(rows, Position(target))

    async def advance(self, to: Position, published: int) -> None:
        """Moves the cursor. Raises Resharded when another process runs with another number of shards."""
        done = await self.connection.execute(ADVANCE, self.shards, self.shard, to.seen, to.target, to.after, published)
        if done != "UPDATE 1":
            raise Resharded

    async def waiting(self, position: Position) -> tuple[int, float]:
        """Rows not yet published (estimated from COUNTED on) and the age in seconds of the oldest."""
        row = await self.connection.fetchrow(
            WAITING, position.seen, position.target, position.after, self.shards, self.shard
        )
        assert row is not None
        return row["rows"], row["seconds"]
