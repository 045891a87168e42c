"""Reads posted fields into the values of a command.

Names: `place`; a moment `starts_at-date` and `starts_at-time`; a nested value `contact-phone`; the rows of a list
`lines-0-title`, `lines-1-title`…; several ticks of one name for a list of plain values. Rows left blank are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from services.chassis import french
from services.chassis.web.forms.values import core, is_kind, is_model, member, scalar

Typed = Mapping[str, list[str]]


@dataclass
class Reading:
    """What could be read, what could not ((dotted name, sentence)), and where each kept row stood in the form."""

    typed: Typed
    faults: list[tuple[str, str]] = field(default_factory=list)
    rows: dict[str, list[int]] = field(default_factory=dict)

    def model(self, kind: type[BaseModel], prefix: str = "") -> dict[str, Any]:
        """The values for `kind` among the fields that begin with `prefix`; what was left blank is absent."""
        values: dict[str, Any] = {}
        for name, info in kind.model_fields.items():
            try:
                value = self._value(info.annotation, f"{prefix}{name}")
            except french.Unreadable as wrong:
                self.faults.append((self._place(wrong, f"{prefix}{name}"), wrong.sentence))
                continue
            if value is not None:
                values[name] = value
        return values

    def _value(self, annotation: Any, name: str) -> Any:
        of, kind = member(annotation), core(annotation)
        if of is not None:
            return self._many(of, name)
        if is_model(kind):
            return self.model(kind, f"{name}-") or None
        if kind is datetime:
            return self._moment(name)
        if is_kind(kind, bool) and name not in self.typed:
            return False
        text = self.text(name)
        return scalar(kind, text) if text else None

    def _many(self, of: Any, name: str) -> list[Any] | None:
        if not is_model(of):
            texts = [text.strip() for text in self.typed.get(name, []) if text.strip()]
            return [scalar(of, text) for text in texts]
        kept: list[Any] = []
        for index in row_numbers(self.typed, name):
            if self._blank(name, index, of):
                continue
            self.rows.setdefault(name, []).append(index)
            kept.append(self.model(of, f"{name}-{index}-"))
        return kept

    def _blank(self, name: str, index: int, of: type[BaseModel]) -> bool:
        start = f"{name}-{index}-"
        return not any(text.strip() for key, texts in self.typed.items() if key.startswith(start) for text in texts)

    def _moment(self, name: str) -> datetime | None:
        day, at = self.text(f"{name}-date"), self.text(f"{name}-time")
        if not day and not at:
            return None
        if not day:
            raise french.UnreadableDate("Indiquez la date.")
        read_day = french.parse_date(day)
        if not at:
            raise french.UnreadableTime("Indiquez l'heure, par exemple 14 h 30.")
        return french.moment(read_day, french.parse_time(at))

    def _place(self, wrong: french.Unreadable, name: str) -> str:
        """The very field that is wrong: of a moment, the date or the hour."""
        split = f"{name}-time" in self.typed and isinstance(wrong, french.UnreadableTime)
        return f"{name}-time" if split else name

    def text(self, name: str) -> str:
        return next(iter(self.typed.get(name, [])), "").strip()


def row_numbers(typed: Typed, name: str) -> list[int]:
    """The numbers of the rows of a list that were posted, in the order of their fields."""
    found = (match[1] for key in typed if (match := re.match(rf"{re.escape(name)}-(\d{{1,3}})(?:-|$)", key)))
    return list(dict.fromkeys(map(int, found)))
