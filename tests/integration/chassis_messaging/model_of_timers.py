"""What timers are to do, in plain dictionaries: the model that Hypothesis compares the real ones with."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

Key = tuple[str, str]
"""A timer's name and key."""

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)


@dataclass(frozen=True)
class Row:
    """A timer that is set: `number` in the order of making, `setting` tells who set it last."""

    number: int
    setting: int
    due: datetime
    next_at: datetime
    attempts: int = 0


@dataclass
class Turn:
    """One transaction that fires: the rows it holds, and what it changed that nobody else sees yet."""

    now: datetime
    claimed: list[tuple[Key, int]]
    held: set[Key]
    changed: dict[Key, Row | None] = field(default_factory=dict)
    fired: list[int] = field(default_factory=list)


@dataclass
class Model:
    """`rows` and `fired` (settings, a list for each turn) are what is committed."""

    rows: dict[Key, Row] = field(default_factory=dict)
    fired: list[list[int]] = field(default_factory=list)
    turns: dict[int, Turn] = field(default_factory=dict)
    numbers: count[int] = field(default_factory=count)

    def held(self, key: Key, by_others_than: int | None = None) -> bool:
        return any(key in turn.held for process, turn in self.turns.items() if process != by_others_than)

    def set(self, key: Key, due: datetime, setting: int) -> None:
        self.rows[key] = self._set(self.rows.get(key), due, setting)

    def take_back(self, key: Key) -> None:
        self.rows.pop(key, None)

    def begin(self, process: int, name: str, now: datetime, most: int) -> None:
        due = [(row.next_at, row.number, key) for key, row in self.rows.items() if key[0] == name]
        free = sorted(each for each in due if each[0] <= now and not self.held(each[2]))[:most]
        self.turns[process] = Turn(now, [(key, number) for _, number, key in free], {key for _, _, key in free})

    def next(self, process: int) -> tuple[Key, Row] | None:
        """Whose handler is to be called now; those taken back or put later by the turn itself are passed over."""
        turn = self.turns[process]
        while turn.claimed:
            key, number = turn.claimed[0]
            row = self._seen(turn, key)
            if row is not None and row.number == number and row.next_at <= turn.now:
                return key, row
            turn.claimed.pop(0)
        return None

    def fire(self, process: int, also: Key | None, due: datetime | None, setting: int) -> None:
        """The handler ends well; before that it set (`due`) or took back the timer `also`."""
        turn, (key, row) = self.turns[process], self._taken(process)
        turn.changed[key] = None
        if also is not None:
            before = self._seen(turn, also)
            if due is not None:
                turn.changed[also] = self._set(before, due, setting)
            elif before is not None:
                turn.changed[also] = None
            turn.held |= {also} & turn.changed.keys()
        turn.fired.append(row.setting)

    def put_off(self, process: int, *, counted: bool) -> None:
        """The handler fails, or what passes by itself stood in its way (not `counted`)."""
        turn, (key, row) = self.turns[process], self._taken(process)
        pause = min(FIRST_PAUSE * 2**row.attempts, LONGEST_PAUSE) if counted else FIRST_PAUSE
        turn.changed[key] = replace(row, next_at=turn.now + pause, attempts=row.attempts + counted)

    def commit(self, process: int) -> None:
        turn = self.turns.pop(process)
        self.rows = {key: row for key, row in (self.rows | turn.changed).items() if row is not None}
        if turn.fired:
            self.fired.append(turn.fired)

    def forget(self, process: int) -> None:
        """The transaction is lost, and with it all that it did."""
        del self.turns[process]

    def _taken(self, process: int) -> tuple[Key, Row]:
        found = self.next(process)
        assert found is not None
        self.turns[process].claimed.pop(0)
        return found

    def _seen(self, turn: Turn, key: Key) -> Row | None:
        return turn.changed[key] if key in turn.changed else self.rows.get(key)

    def _set(self, before: Row | None, due: datetime, setting: int) -> Row:
        return Row(before.number if before else next(self.numbers), setting, due, due)
