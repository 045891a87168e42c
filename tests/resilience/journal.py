"""The writers' own record of what they asked for and what they were answered: the truth the checker compares with.

A line is written before a command is sent and another once its outcome is known. After a crash the writer asks again
under the same id, so that in the end every command has an outcome.
"""

import fcntl
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

COMMITTED, REFUSED = "committed", "refused"


@dataclass(frozen=True)
class Asked:
    """One command: `kind` names how it is performed."""

    command_id: UUID
    kind: str
    account: UUID
    amount: int
    note: str
    poison: bool = False
    remind: bool = False


@dataclass(frozen=True)
class Committed:
    """A fact that counts: the `version`-th of its account."""

    asked: Asked
    version: int
    event_id: str


@dataclass
class Journal:
    """One writer process's file; opened again after a crash it knows what is still open."""

    path: Path
    open: dict[UUID, Asked] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.open = Reader().read([self.path]).open
        self._file = self.path.open("a", buffering=1)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Who looks whether the load is paused, and notes what he asks, holds his journal meanwhile (see `is_free`).

        A process that is killed holds it no longer; a frozen one does until it is awake.
        """
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def asks(self, asked: Asked) -> None:
        self.open[asked.command_id] = asked
        self._write("asked", asked.command_id, **{k: v for k, v in vars(asked).items() if k != "command_id"})

    def committed(self, asked: Asked, version: int, event_id: str) -> None:
        self._settle(asked, COMMITTED, version=version, event_id=event_id)

    def refused(self, asked: Asked) -> None:
        self._settle(asked, REFUSED)

    def _settle(self, asked: Asked, outcome: str, **rest: Any) -> None:
        self._write(outcome, asked.command_id, **rest)
        del self.open[asked.command_id]

    def _write(self, what: str, command_id: UUID, **rest: Any) -> None:
        self._file.write(json.dumps({"what": what, "command_id": command_id, **rest}, default=str) + "\n")


def is_free(path: Path) -> bool:
    """Whether nobody holds the journal: then whoever looked before has noted what he asks."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


@dataclass
class Story:
    """Everything journals say: facts by account, oldest version first; commands refused; commands without outcome."""

    facts: dict[str, list[Committed]]
    refused: dict[UUID, Asked]
    open: dict[UUID, Asked]

    @property
    def committed(self) -> int:
        return sum(map(len, self.facts.values()))


class Reader:
    """Reads journals on from where it was; a last line that is not whole yet is left for the next time."""

    def __init__(self) -> None:
        self.story = Story({}, {}, {})
        self._read: dict[Path, int] = defaultdict(int)

    def read(self, paths: Iterable[Path]) -> Story:
        """What the journals say now: always the same object."""
        grown = {account for path in paths for line in self._lines(path) if (account := self._take(line))}
        for account in grown:
            self.story.facts[account].sort(key=lambda fact: fact.version)
        return self.story

    def _take(self, line: dict[str, Any]) -> str | None:
        """The account that has a fact more."""
        what, command_id = line.pop("what"), UUID(line.pop("command_id"))
        if what == "asked":
            self.story.open[command_id] = Asked(command_id, **line | {"account": UUID(line["account"])})
            return None
        asked = self.story.open.pop(command_id)
        if what != COMMITTED:
            self.story.refused[command_id] = asked
            return None
        account = str(asked.account)
        self.story.facts.setdefault(account, []).append(Committed(asked, line["version"], line["event_id"]))
        return account

    def _lines(self, path: Path) -> Iterable[dict[str, Any]]:
        if not path.exists():
            return
        with path.open("rb") as file:
            file.seek(self._read[path])
            for line in file:
                if line.endswith(b"\n"):
                    self._read[path] += len(line)
                    yield json.loads(line)
