"""The HTML form of a letter: it repeats the plain text and adds nothing."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.notifications.domain.letter import COUNCIL, Letter

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)


def html(letter: Letter) -> str:
    return _TEMPLATES.get_template("letter.html").render(letter=letter, council=COUNCIL)
