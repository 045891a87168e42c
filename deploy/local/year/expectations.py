"""What the year must have caused so far: worked out from the data files alone, never from what the services say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from deploy.local.year.model import Act, Institution, Move, Step, Told, identity

Cell = tuple[str, str, str]
"""Figure, code of the row, name of the column; row and column empty for the figure's own value."""


@dataclass
class Expectations:
    """Counts so far. Deliveries are by thing and subject: the institutions told, once each."""

    members: dict[str, Institution]
    told: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    cells: Counter[Cell] = field(default_factory=Counter)
    words: dict[str, str] = field(default_factory=dict)
    recalls: Counter[tuple[str, str]] = field(default_factory=Counter)

    def after(self, step: Step, act: Act) -> Expected:
        """Adds what a step must cause, and says it."""
        told = [(step.id, each.subject, self._tell(step, each)) for each in act.told]
        cells = [self._move(step, each) for each in act.moves if each.becomes is None]
        words = {each.figure: each.becomes for each in act.moves if each.becomes is not None}
        self.words |= words
        counts = [(stage, str(step.about["motive"])) for stage in act.counts]
        self.recalls.update(counts)
        return Expected(events=act.events, told=told, cells=cells, words=words, recalls=counts)

    @property
    def mails(self) -> Counter[str]:
        """How many messages each address must have received."""
        return Counter(self.members[code].email for codes in self.told.values() for code in codes)

    def _tell(self, step: Step, told: Told) -> list[str]:
        whom = list(dict.fromkeys(code for word in told.whom for code in self._meant(word, step)))
        self.told[step.id, told.subject] = whom
        return whom

    def _meant(self, word: str, step: Step) -> Iterable[str]:
        members = self.members.values()
        if word == "members":
            return [each.code for each in members if step.about["body"] in each.sits_in]
        if word == "told":
            return [code for (thing, _), codes in self.told.items() if thing == step.id for code in codes]
        if word == "signatories":
            return list(step.about["signatories"])
        concerned = {"commune-concerned": "commune", "police-concerned": "municipal-police"}
        if word in concerned:
            return [e.code for e in members if e.kind == concerned[word] and e.commune == step.about["commune"]]
        return [each.code for each in members if each.kind == word]

    def _move(self, step: Step, move: Move) -> Cell:
        about: dict[str, Any] = {"id": identity(step.id), **step.about}
        if "body" in about:
            about["body"] = identity(about["body"])
        cell = (move.figure, (move.row or "").format(**about), move.column or "")
        by = move.by if isinstance(move.by, int) else int(move.by.format(**about))
        self.cells[cell] += by
        return cell


@dataclass(frozen=True)
class Expected:
    """What one step must cause; the amounts are those of `Expectations` at that time."""

    events: tuple[str, ...]
    told: list[tuple[str, str, list[str]]]
    cells: list[Cell]
    words: dict[str, str]
    recalls: list[tuple[str, str]]
