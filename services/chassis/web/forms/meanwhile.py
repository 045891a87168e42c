"""What somebody else changed while a form was open.

Three states of the same fields are compared: `opened` is what was stored when the page was made (the form carries it),
`stands` is what is stored now, `typed` is what came back. Only what differs between the first two changed meanwhile:
what merely differs from what was typed is the reader's own work.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from services.chassis import french
from services.chassis.web.forms.reading import row_numbers
from services.chassis.web.forms.values import SEQUENCES, spread

Fields = dict[str, list[str]]
_FIELDS = TypeAdapter(Fields)


@dataclass
class Meanwhile:
    """One comparison. `lists` are the fields whose rows can be added and removed; any other row is always there."""

    opened: Fields = field(default_factory=dict)
    stands: Fields = field(default_factory=dict)
    typed: Fields = field(default_factory=dict)
    lists: frozenset[str] = frozenset()
    about: str = ""

    def newer(self, key: str) -> list[str] | None:
        """What the field `key` has come to, [] for nothing; None when nobody changed it, or to what was typed."""
        if self._is_own(key):
            return None
        stored = f"{self.about}-{key}" if self.about else key
        opened, stands = _filled(self.opened, stored), _filled(self.stands, stored)
        if opened == stands or _plain(_filled(self.typed, key)) == _plain(stands):
            return None
        return stands

    def added(self, name: str) -> list[int]:
        """The numbers of the rows that were added to the list `name`."""
        before = set(row_numbers(self.opened, name))
        return [number for number in row_numbers(self.stands, name) if number not in before]

    def to_carry(self) -> Fields:
        """What the form is opened with from now on; a stored row under the number of a row of the reader's is none."""
        return {key: texts for key, texts in self.stands.items() if not self._is_own(key)}

    def _is_own(self, key: str) -> bool:
        """Whether it is of a row that the reader added: a stored one of the same number is another row."""
        name, _, rest = key.partition("-")
        row = rest.partition("-")[0]
        if name not in self.lists or not row.isdecimal():
            return False
        number = int(row)
        return number in row_numbers(self.typed, name) and number not in row_numbers(self.opened, name)


def compared(opened: Fields, stored: Mapping[str, Any], typed: Fields, about: str) -> Meanwhile:
    """`stored` are the values that are stored now; with `about` they stand under that name in it."""
    lists = frozenset(name for name, value in stored.items() if isinstance(value, SEQUENCES))
    return Meanwhile(opened, spread(stored), typed, lists, about)


def carried(opened: Fields) -> str:
    """`opened` as the text of a hidden field."""
    return _FIELDS.dump_json(opened).decode() if opened else ""


def read_carried(text: object) -> Fields:
    """What a form was opened with; nothing when it does not say."""
    with suppress(ValidationError):
        return _FIELDS.validate_json(text if isinstance(text, str) else "")
    return {}


def _filled(fields: Fields, key: str) -> list[str]:
    return [text for text in fields.get(key, []) if text.strip()]


def _plain(texts: list[str]) -> list[str]:
    """Without what two ways of typing differ in: order, kinds of spaces, hours and dates of one value."""
    return sorted(map(_plain_text, texts))


def _plain_text(text: str) -> str:
    for read in (french.parse_date, french.parse_time):
        with suppress(french.Unreadable):
            return read(text).isoformat()
    return " ".join(text.split())
