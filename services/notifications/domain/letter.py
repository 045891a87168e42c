"""What a message says, before any form: the same parts become plain text, HTML and the page that shows it as sent."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

from services.chassis.french import typography

COUNCIL = "CISPD Grand Calais"
COUNCIL_IN_FULL = "Conseil intercommunal de sécurité et de prévention de la délinquance"
SECRETARIAT = ("La coordination", COUNCIL)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """`subject` names the act, the body and the full date; `why` tells why it was received and what can be changed.

    `facts` are label and value; `items` a numbered list under `items_title`; `button` a label and an address.
    """

    subject: str
    title: str
    lead: str
    facts: tuple[tuple[str, str], ...] = ()
    items_title: str = ""
    items: tuple[str, ...] = ()
    button: tuple[str, str] | None = None
    closing: str = ""
    signature: tuple[str, ...] = SECRETARIAT
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        return cls(
            **{
                **found,
                "facts": tuple((label, value) for label, value in found["facts"]),
                "items": tuple(found["items"]),
                "button": tuple(found["button"]) if found["button"] else None,
                "signature": tuple(found["signature"]),
            }
        )


def letter(*, subject: str, title: str, lead: str, closing: str = "", why: str = "", **parts: Any) -> Letter:
    """A letter whose own sentences are typographically right; `facts` and `items` come as they were written."""
    return Letter(
        subject=typography(subject),
        title=typography(title),
        lead=typography(lead),
        closing=typography(closing),
        why=typography(why),
        **parts,
    )
