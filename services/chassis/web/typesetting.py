"""Applies French typography to the fixed text of templates when they are compiled; what people typed stays as typed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from services.chassis.french import typography

_MARKUP = re.compile(r"(<[^>]*>?)")
_LEFT_ALONE = re.compile(
    r"<(title|option|textarea|script|style|svg|code|pre)\b.*?</\1>|<[^>]*>|\b1er\b|\b[1-9]\d?e(?=[ \u00a0][a-zé])", re.S
)


class Typesetting(Extension):
    """Sets the text between tags, and the string literals given to macros."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        inside_tag = False
        for token in stream:
            if token.type == "data":
                text, inside_tag = _set(token.value, inside_tag)
                yield Token(token.lineno, "data", text)
            elif token.type == "string" and not inside_tag:
                yield Token(token.lineno, "string", typography(token.value))
            else:
                yield token


def _set(text: str, inside_tag: bool) -> tuple[str, bool]:
    """The text with what lies outside tags typeset, and whether it ends inside one."""
    head = ""
    if inside_tag:
        end = text.find(">")
        if end < 0:
            return text, True
        head, text = text[: end + 1], text[end + 1 :]
    parts = _MARKUP.split(text)
    done = "".join(part if index % 2 else typography(part) for index, part in enumerate(parts))
    last = text.rfind("<")
    return head + done, last >= 0 and ">" not in text[last:]


def raise_ordinals(html: str) -> str:
    """A finished page with the letters of « 1er » and « 3e classe » raised wherever markup may stand."""
    return _LEFT_ALONE.sub(lambda found: found[0] if found[0].startswith("<") else _raised(found[0]), html)


def _raised(ordinal: str) -> str:
    digits = ordinal.rstrip("er")
    return f"{digits}<sup>{ordinal[len(digits) :]}</sup>"
