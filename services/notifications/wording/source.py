"""What every letter is written with: the addresses of the pages and the reference of the delivery."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.chassis.french import NBSP


@dataclass(frozen=True, kw_only=True)
class Source:
    """`public_url` is the front door without a slash at its end; `delivery_id` becomes the reference."""

    public_url: str
    delivery_id: UUID

    def meeting(self, meeting_id: UUID) -> str:
        return f"{self.public_url}/conseil/reunions/{meeting_id}"

    def plan(self, plan_id: UUID) -> str:
        return f"{self.public_url}/conseil/plans/{plan_id}"

    def recall(self, case_id: UUID) -> str:
        return f"{self.public_url}/dossiers/rappels/{case_id}"

    def sessions(self) -> str:
        return f"{self.public_url}/terrain/permanences"

    def publications(self) -> str:
        return f"{self.public_url}/terrain/publications"

    @property
    def reference(self) -> str:
        return f"Réf.{NBSP}{self.delivery_id.hex[:8]}."


def because(reason: str, source: Source, *, mandatory: bool) -> str:
    """The last lines: why this was received, what can be changed, the reference."""
    change = (
        "Il fait partie de la procédure et ne peut pas être désactivé ; vous pouvez choisir l'adresse qui le reçoit."
        if mandatory
        else "Vous pouvez le désactiver ou choisir l'adresse qui le reçoit auprès de la coordination."
    )
    return f"Vous recevez ce message parce que votre institution {reason}. {change} {source.reference}"
