"""Refusals: a broken rule with a name, a status and a French sentence that says what to do."""

from __future__ import annotations

from typing import Any, ClassVar

from services.chassis.french import typography


class Refusal(Exception):
    """Base of every refusal.

    `status` is 409 for a rule about the state of a thing, 422 for a rule about a value of the request.
    `sentence` is a French format string over the keyword arguments. `field` names the value to correct, dotted for
    nested ones. `proposal` is the next lawful value, shown beside the field and sent as a member of the problem.
    """

    status: ClassVar[int] = 409
    sentence: ClassVar[str] = "Cette action n'est pas possible dans l'état actuel."
    default_field: ClassVar[str | None] = None

    def __init__(self, *, field: str | None = None, proposal: Any = None, **values: Any) -> None:
        self.field = field or self.default_field
        self.proposal = proposal
        self.values = values
        super().__init__(self.code)

    @property
    def code(self) -> str:
        """The rule's name: the stable code of the problem document."""
        return type(self).__name__

    @property
    def detail(self) -> str:
        """The sentence shown to people."""
        return typography(self.sentence.format(**self.values))


class InvalidInput(Refusal):
    """One or more values that cannot be read; `faults` are (field, French sentence) pairs."""

    status = 422
    sentence = "La demande contient des valeurs à corriger."

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__()
        self.faults = [(field, typography(sentence)) for field, sentence in faults]


class NotFound(Refusal):
    status = 404
    sentence = "Cette page n'existe pas, ou vous n'y avez pas accès."


class StaleVersion(Refusal):
    """`version` is the one that stands. `change` says who made it and when, « (10 h 12, coordonnatrice) », if known."""

    status = 412
    sentence = "Le contenu a changé depuis que vous l'avez ouvert{change}. Comparez, puis enregistrez de nouveau."

    def __init__(self, *, version: int, change: str = "") -> None:
        super().__init__(version=version, change=f" ({change})" if change else "")


class CommandIdReused(Refusal):
    sentence = "Cette demande a déjà été enregistrée avec un autre contenu."


class NotSignedIn(Refusal):
    status = 401
    sentence = "Connectez-vous pour continuer."


class SessionOver(NotSignedIn):
    sentence = "Votre session est terminée. Reconnectez-vous."


class NotAllowed(Refusal):
    status = 403
    sentence = "Cette action ne relève pas de votre fonction."


class ForgedForm(Refusal):
    """A form without the token of its session: posted from elsewhere, or after the session changed."""

    status = 403
    sentence = "Le formulaire ne correspond plus à votre session. Rouvrez la page, puis enregistrez de nouveau."


class Unavailable(Refusal):
    status = 503
    sentence = "Le service ne répond pas pour l'instant. Rien n'est perdu ; réessayez dans quelques minutes."
