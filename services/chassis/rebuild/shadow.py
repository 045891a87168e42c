"""The tables of a projection in the making: of the same names and shapes, in a schema of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.chassis.database import Connection
from services.chassis.rebuild.refusals import CannotRebuild

SHAPE = """
select attname, format_type(atttypid, atttypmod), attnotnull from pg_attribute
where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attname
"""

CONSTRAINTS = """
select conname, pg_get_constraintdef(oid) as definition from pg_constraint
where conrelid = to_regclass($1) and contype in ('p', 'u', 'x')
"""

NOT_CARRIED = """
select tgname from pg_trigger where tgrelid = to_regclass($1) and not tgisinternal
union all select conname from pg_constraint where to_regclass($1) in (conrelid, confrelid) and contype = 'f'
"""

SETTINGS = "select array_to_string(reloptions, ', ') from pg_class where oid = to_regclass($1)"

INDEXES = """
select relname, pg_get_indexdef(indexrelid) as definition from pg_index join pg_class on pg_class.oid = indexrelid
where indrelid = to_regclass($1) and not exists (select from pg_constraint where conindid = indexrelid)
"""

GRANTS = """
select grantee::regrole::text as role, privilege_type as privilege
from pg_class, aclexplode(relacl) where pg_class.oid = to_regclass($1) and grantee not in (0, relowner)
"""


@dataclass(frozen=True)
class Shadow:
    """`live` is the service's schema, `tables` the names of the projection's tables."""

    live: str
    tables: tuple[str, ...]

    @property
    def schema(self) -> str:
        return f"{self.live}_rebuild"

    async def exists(self, tx: Connection) -> bool:
        """Raises CannotRebuild where the schema is missing, or where only some of the tables are there."""
        if not await tx.fetchval("select to_regnamespace($1) is not null", self.schema):
            raise CannotRebuild(
                f"the schema {self.schema} is missing. As a superuser: "
                f"create schema {self.schema} authorization {await tx.fetchval('select current_user')}"
            )
        found = [await tx.fetchval("select to_regclass($1) is not null", f"{self.schema}.{t}") for t in self.tables]
        if any(found) and not all(found):
            raise CannotRebuild(f"only some tables are in {self.schema}: run --abandon, then start again")
        return all(found)

    async def make(self, tx: Connection) -> None:
        """Empty tables with the keys and rules of the live ones; other indexes come when they are full."""
        for live, shadow in self._pairs():
            if carried := await tx.fetchval(NOT_CARRIED, live):
                raise CannotRebuild(f"{live} has a trigger or foreign key ({carried}), which a rebuild would lose")
            await tx.execute(f"create table {shadow} (like {live} including all excluding indexes)")
            if settings := await tx.fetchval(SETTINGS, live):
                await tx.execute(f"alter table {shadow} set ({settings})")
            for row in await tx.fetch(CONSTRAINTS, live):
                await tx.execute(f"alter table {shadow} add constraint {row['conname']} {row['definition']}")

    async def check_shape(self, tx: Connection) -> None:
        """Raises CannotRebuild when a migration changed a live table meanwhile."""
        for live, shadow in self._pairs():
            if await tx.fetch(SHAPE, live) != await tx.fetch(SHAPE, shadow):
                raise CannotRebuild(f"{live} was changed by a migration since: run --abandon, then start again")

    async def complete(self, tx: Connection) -> None:
        """The other indexes, the grants, and statistics for the planner."""
        for live, shadow in self._pairs():
            for row in await tx.fetch(INDEXES, live):
                if not await tx.fetchval("select to_regclass($1) is not null", f"{self.schema}.{row['relname']}"):
                    await tx.execute(row["definition"].replace(f" ON {live} ", f" ON {shadow} "))
            for row in await tx.fetch(GRANTS, live):
                await tx.execute(f"grant {row['privilege']} on {shadow} to {row['role']}")
            await tx.execute(f"analyze {shadow}")

    async def take_over(self, tx: Connection) -> None:
        """The tables become the live ones; reads wait from here to the end of the transaction."""
        live = ", ".join(name for name, _ in self._pairs())
        await tx.execute(f"lock table {live} in access exclusive mode")
        await tx.execute(f"drop table {live}")
        for _, shadow in self._pairs():
            await tx.execute(f"alter table {shadow} set schema {self.live}")

    async def drop(self, tx: Connection) -> None:
        for _, shadow in self._pairs():
            await tx.execute(f"drop table if exists {shadow}")

    def _pairs(self) -> Iterable[tuple[str, str]]:
        return [(f"{self.live}.{table}", f"{self.schema}.{table}") for table in self.tables]
