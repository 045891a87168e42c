"""Changes to rows, in the order in which they happened, written in a few statements that come to the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from services.chassis.database import Connection

TYPES = """
select attname, format_type(atttypid, atttypmod) as type from pg_attribute
where attrelid = to_regclass($1) and attnum > 0 and not attisdropped
"""

Row: TypeAlias = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Table:
    """A table of a projection. `key` is its primary key.

    Columns in `kept` are written with the row and never again. With `lowest` a row gives way only to one with a lower
    value in that column. `place` reads the key from a row's columns.
    """

    name: str
    key: tuple[str, ...]
    kept: frozenset[str] = frozenset()
    lowest: str | None = None
    types: dict[str, str] = field(default_factory=dict, init=False, repr=False)
    place: Callable[[Row], Any] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", itemgetter(*self.key))

    def put(self, **columns: Any) -> Change:
        """The row with these values, made if there is none; columns not named stay, or have their default."""
        if not self.kept <= columns.keys():
            raise ValueError(f"{self.name}: a row is made with {sorted(self.kept - columns.keys())}")
        return Change(self, columns, makes=True)

    def change(self, **columns: Any) -> Change:
        """These values in the row, if there is one."""
        return Change(self, columns, makes=False)


class Change(NamedTuple):
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


Wave: TypeAlias = dict[tuple[Table, bool, tuple[str, ...]], list[Row]]


async def write(tx: Connection, changes: Iterable[Change]) -> None:
    """Makes `changes`; the rows are then what they would be, had each been written by itself, in order."""
    for wave in _waves(changes):
        for (table, makes, names), rows in sorted(wave.items(), key=lambda found: found[0][0].name):
            if not table.types:
                table.types.update({row["attname"]: row["type"] for row in await tx.fetch(TYPES, table.name)})
            # In the order of the key: two writers of the same rows then wait for each other and never cross.
            rows.sort(key=table.place)
            columns = [[row[name] for row in rows] for name in names]
            await tx.execute(_statement(table, makes, names), *columns)


def _waves(changes: Iterable[Change]) -> list[Wave]:
    """What can be written together: in a wave no row is twice, and each list is of one table, with the same columns.

    Changes of one row become one. Only a row that is changed, then made, must be written in two waves.
    """
    waves: list[Wave] = []
    for steps in _folded(changes):
        for number, change in enumerate(steps):
            if number == len(waves):
                waves.append({})
            waves[number].setdefault((change.table, change.makes, tuple(change.columns)), []).append(change.columns)
    return waves


def _folded(changes: Iterable[Change]) -> Iterable[list[Change]]:
    """What becomes of each row, in as few steps as it takes."""
    # By table, then by key: hashing the id of a row is a good part of the work, and is done once a change.
    tables: dict[Table, dict[Any, list[Change]]] = {}
    for change in changes:
        rows = tables.setdefault(change.table, {})
        steps = rows.setdefault(change.table.place(change.columns), [])
        if steps and (not change.makes or steps[-1].makes):
            steps[-1] = steps[-1].then(change)
        else:
            steps.append(change)
    return (steps for rows in tables.values() for steps in rows.values())


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
