"""Changes to rows, in the order in which they happened, written in a few statements that come to the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from services.chassis.database import Connection

TYPES = """
select attname, format_type(atttypid, atttypmod) as type from pg_attribute
where attrelid = to_regclass($1) and attnum > 0 and not attisdropped
"""

Row: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Table:
    """A table of a projection. `key` is its primary key.

    Columns in `kept` are written with the row and never again. With `lowest` a row gives way only to one with a lower
    value in that column.
    """

    name: str
    key: tuple[str, ...]
    kept: frozenset[str] = frozenset()
    lowest: str | None = None
    types: dict[str, str] = field(default_factory=dict, init=False, repr=False)

    def put(self, **columns: Any) -> Change:
        """The row with these values, made if there is none; columns not named stay, or have their default."""
        if not self.kept <= columns.keys():
            raise ValueError(f"{self.name}: a row is made with {sorted(self.kept - columns.keys())}")
        return Change(self, columns, makes=True)

    def change(self, **columns: Any) -> Change:
        """These values in the row, if there is one."""
        return Change(self, columns, makes=False)


@dataclass(frozen=True, eq=False, slots=True)
class Change:
    """New values of one row, its key among them. `makes`: the row is made if there is none."""

    table: Table
    columns: Row
    makes: bool

    def then(self, later: Change) -> Change:
        """This and `later` as one change."""
        lowest, kept = self.table.lowest, self.table.kept
        if lowest is not None:
            return later if later.columns[lowest] < self.columns[lowest] else self
        written = later.columns
        if self.makes and kept:
            written = {name: value for name, value in written.items() if name not in kept}
        return Change(self.table, {**self.columns, **written}, self.makes)


async def write(tx: Connection, changes: Iterable[Change]) -> None:
    """Makes `changes`; the rows are then what they would be, had each been written by itself, in order."""
    for wave in _waves(changes):
        for (table, makes, names), rows in sorted(_alike(wave).items(), key=lambda found: found[0][0].name):
            if not table.types:
                table.types.update({row["attname"]: row["type"] for row in await tx.fetch(TYPES, table.name)})
            # In the order of the key: two writers of the same rows then wait for each other and never cross.
            ordered = sorted(rows, key=lambda row: tuple(row[name] for name in table.key))
            columns = [[row[name] for row in ordered] for name in names]
            await tx.execute(_statement(table, makes, names), *columns)


def _waves(changes: Iterable[Change]) -> list[dict[Place, Change]]:
    """Changes of one row become one. Only a row that is changed, then made, must be written in two steps."""
    waves: list[dict[Place, Change]] = [{}]
    last: dict[Place, int] = {}
    for change in changes:
        place = (change.table, *(change.columns[name] for name in change.table.key))
        wave = last.get(place)
        if wave is None:
            wave, written = 0, change
        elif not change.makes or waves[wave][place].makes:
            written = waves[wave][place].then(change)
        else:
            wave, written = wave + 1, change
        if wave == len(waves):
            waves.append({})
        waves[wave][place] = written
        last[place] = wave
    return waves


def _alike(wave: dict[Place, Change]) -> dict[tuple[Table, bool, tuple[str, ...]], list[Row]]:
    """The rows that one statement can write: of one table, with the same columns."""
    alike: dict[tuple[Table, bool, tuple[str, ...]], list[Row]] = {}
    for change in wave.values():
        alike.setdefault((change.table, change.makes, tuple(sorted(change.columns))), []).append(change.columns)
    return alike


def _statement(table: Table, makes: bool, names: Sequence[str]) -> str:
    # Names are those of our own tables; values are always parameters.
    listed = ", ".join(names)
    given = ", ".join(f"${place}::{table.types[name]}[]" for place, name in enumerate(names, start=1))
    rows = f"unnest({given}) as given ({listed})"
    changed = [name for name in names if name not in table.key and name not in table.kept]
    if not makes:
        found = " and ".join(f"{table.name}.{name} = given.{name}" for name in table.key)
        new = ", ".join(f"{name} = given.{name}" for name in changed)
        return f"update {table.name} set {new} from {rows} where {found}"  # noqa: S608
    insert = f"insert into {table.name} ({listed}) select {listed} from {rows} on conflict ({', '.join(table.key)})"  # noqa: S608
    if not changed:
        return f"{insert} do nothing"
    new = ", ".join(f"{name} = excluded.{name}" for name in changed)
    only = f" where excluded.{table.lowest} < {table.name}.{table.lowest}" if table.lowest else ""
    return f"{insert} do update set {new}{only}"
