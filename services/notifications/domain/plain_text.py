"""The plain text of a letter: the master, complete by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.chassis.french import typography
from services.notifications.domain.letter import COUNCIL, COUNCIL_IN_FULL, Letter

COLUMNS = 68
_INDENT = "    "
# Only an ordinary space may be a line's end: a break at U+00A0 or U+202F would leave « : » or « ; » alone on a line.
_SPACES = re.compile(r"[ \t\r\n]+")


def wrap(text: str, *, indent: str = "", following: str | None = None) -> str:
    """The text in lines of at most 68 signs; a word longer than a line (an address) stays whole.

    `indent` begins the first line, `following` (by default the same) the others.
    """
    lines, line, start = [], "", indent
    for word in _SPACES.split(text.strip()):
        if line and len(start) + len(line) + 1 + len(word) > COLUMNS:
            lines.append(start + line)
            start, line = indent if following is None else following, word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, start + line])


def plain_text(letter: Letter) -> str:
    """The whole message, ending with a line break."""
    return "\n\n".join(_blocks(letter)) + "\n"


def _blocks(letter: Letter) -> Iterator[str]:
    yield f"{COUNCIL}\n{wrap(COUNCIL_IN_FULL)}"
    yield wrap(letter.title)
    yield wrap(letter.lead)
    if letter.facts:
        yield "\n".join(
            wrap(typography(f"{label} : {value}"), indent=_INDENT, following=_INDENT * 2)
            for label, value in letter.facts
        )
    if letter.items:
        yield letter.items_title
        yield "\n".join(
            wrap(item, indent=f"{_INDENT}{number}. ", following=_INDENT + "   ")
            for number, item in enumerate(letter.items, 1)
        )
    if letter.button:
        label, address = letter.button
        yield wrap(typography(f"{label} :")) + f"\n{address}"
    if letter.closing:
        yield wrap(letter.closing)
    yield "\n".join(letter.signature)
    yield "-- \n" + wrap(letter.why)
