"""The writers' own record of what they asked for and what they were answered: the truth the checker compares with.

A line is written before a command is sent and another once its outcome is known. After a crash the writer asks again
under the same id, so that in the end every command has an outcome.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
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
        self.open = read([self.path]).open
        self._file = self.path.open("a", buffering=1)

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


@dataclass
class Story:
    """Everything journals say: facts by account, oldest version first; commands refused; commands without outcome."""

    facts: dict[str, list[Committed]]
    refused: dict[UUID, Asked]
    open: dict[UUID, Asked]

    @property
    def committed(self) -> int:
        return sum(map(len, self.facts.values()))


def read(paths: Iterable[Path]) -> Story:
    """What the journals say now; a last line that is not whole yet is left for the next time."""
    waiting: dict[UUID, Asked] = {}
    facts: dict[str, list[Committed]] = defaultdict(list)
    refused: dict[UUID, Asked] = {}
    for path in paths:
        for line in _whole_lines(path):
            what, command_id = line.pop("what"), UUID(line.pop("command_id"))
            if what == "asked":
                waiting[command_id] = Asked(command_id, **line | {"account": UUID(line["account"])})
            elif what == COMMITTED:
                asked = waiting.pop(command_id)
                facts[str(asked.account)].append(Committed(asked, line["version"], line["event_id"]))
            else:
                refused[command_id] = waiting.pop(command_id)
    for of_account in facts.values():
        of_account.sort(key=lambda fact: fact.version)
    return Story(dict(facts), refused, waiting)


def _whole_lines(path: Path) -> Iterable[dict[str, Any]]:
    if not path.exists():
        return
    for line in path.read_text().splitlines(keepends=True):
        if line.endswith("\n"):
            yield json.loads(line)
