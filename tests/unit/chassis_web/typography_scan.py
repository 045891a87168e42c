"""Finds, in a rendered page, text that French print would not let pass."""

from __future__ import annotations

import re
from html import unescape

_LEFT_OUT = re.compile(r"<(script|style|code|textarea|svg|option)\b.*?</\1>", re.S)
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_FAULTS = (
    r"\w'\w",
    r"\.\.\.",
    r" [;!?:%€»]",
    r"« ",
    r"(?<![\d\u00a0.,-])\d{1,3} \d{3}(?![\d-])",
    rf"\d (?:{_MONTHS})\b",
    r"\d (?:h|min)\b",
    r"\bn° ",
    r"\b(?:M\.|Mme|art\.) \w",
    r"[→≤≥✓·]",
    r"\b(?:[Vv]euillez|[Oo]ups|merci de|[Ii]nvalide)\b",
)


def faults_in(html: str) -> list[str]:
    """Every fault with the words around it; what people type (fields) and code are left out."""
    text = unescape(re.sub(r"<[^>]+>", "\n", _LEFT_OUT.sub("\n", html)))
    return [
        " ".join(text[max(0, found.start() - 20) : found.end() + 20].split())
        for fault in _FAULTS
        for found in re.finditer(fault, text)
    ]
