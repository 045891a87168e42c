"""This service's part of « À faire »: deliveries that people must help along."""

from __future__ import annotations

from starlette.responses import Response

from services.chassis.french import count
from services.chassis.http import SIGNED_IN, Look, Routes
from services.chassis.web import Due, State, page
from services.notifications import queries
from services.notifications.domain.delivery import DeliveryState
from services.notifications.queries import Filter
from services.notifications.visibility import RETRIERS

routes = Routes()


@routes.page("/envois/a-faire", allow=SIGNED_IN)
async def due_panel(look: Look) -> Response:
    """What was not delivered, and who cannot be told; nothing for those who can do nothing about it."""
    helps = look.by.has(*RETRIERS)
    counts = await queries.counts(look.tx, Filter()) if helps else {}
    return page(look, "due_panel.html", title="Envois", items=_items(counts), helps=helps)


def _items(counts: dict[DeliveryState, int]) -> list[Due]:
    items = []
    if failed := counts.get(DeliveryState.FAILED, 0):
        items.append(
            Due(
                f"Reprendre {count(failed, 'envoi non remis', 'envois non remis')}",
                "/envois?etat=non-remis",
                "Le serveur du destinataire les a refusés. Corrigez l'adresse, puis renvoyez.",
                State("Non remis", "late"),
            )
        )
    if waiting := counts.get(DeliveryState.NO_ADDRESS, 0):
        items.append(
            Due(
                "Indiquer les adresses qui manquent",
                "/envois/annuaire?filtre=sans-adresse",
                f"{count(waiting, 'envoi attend', 'envois attendent')} une adresse pour partir.",
                State("Sans adresse", "risk"),
            )
        )
    if retrying := counts.get(DeliveryState.RETRYING, 0):
        items.append(
            Due(
                f"Suivre {count(retrying, 'envoi en cours de nouvel essai', 'envois en cours de nouvel essai')}",
                "/envois?etat=en-cours",
                "Ils repartent d'eux-mêmes.",
                State("Nouvel essai prévu", "waiting"),
            )
        )
    return items
