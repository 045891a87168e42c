"""One delivery: its state, what was sent, the proof or the reason, every attempt."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from starlette.responses import PlainTextResponse, Response

from schemas.events.deliveries import AboutKind, Channel
from services.chassis.errors import NotFound
from services.chassis.french import count, full_datetime
from services.chassis.http import Look, Routes
from services.chassis.web import Action, Blocked, Entry, Fact, Message, page
from services.chassis.web.forms import FormState, submit
from services.notifications import queries
from services.notifications.domain.delivery import Delivery, DeliveryState
from services.notifications.domain.letter import Letter
from services.notifications.domain.partner import Partner
from services.notifications.domain.plain_text import plain_text
from services.notifications.domain.refusals import DeliveryNotFailed
from services.notifications.domain.subjects import LABELS
from services.notifications.pages.words import ABOUT, BY, REASONS, state_of
from services.notifications.queries import Attempt
from services.notifications.use_cases.retry_delivery import RetryDelivery, retry_delivery
from services.notifications.visibility import READERS, RETRIERS, SECRETARIAT, may_see

routes = Routes()
ADDRESS = "/envois/{delivery_id}"
_ADDRESS_ACTS = {DeliveryState.NO_ADDRESS: "Indiquer l'adresse", DeliveryState.FAILED: "Corriger l'adresse"}
_OUTCOMES = {
    "accepted": "Le message a été accepté : « {answer} ».",
    "deferred": "Le destinataire a demandé d'attendre : « {answer} ».",
    "refused": "Le destinataire a refusé : « {answer} ».",
    "nowayout": "Le message n'a pas pu partir : « {answer} ».",
}


@routes.page(ADDRESS, allow=READERS)
async def delivery_page(look: Look, delivery_id: UUID) -> Response:
    """Not there for those who may not see it."""
    return await _show(look, delivery_id, None)


@routes.form(f"{ADDRESS}/renvoyer", allow=RETRIERS)
async def retry_form(look: Look, delivery_id: UUID) -> Response:
    return await submit(
        look,
        retry_delivery,
        RetryDelivery,
        target=delivery_id,
        show=lambda form: _show(look, delivery_id, form),
        then=f"/envois/{delivery_id}",
        message=Message("L'envoi repart.", "Il sera tenté dans un instant."),
        headline="L'envoi n'est pas reparti",
    )


@routes.page(f"{ADDRESS}/texte.txt", allow=READERS)
async def delivery_text(look: Look, delivery_id: UUID) -> Response:
    """The plain text, exactly as it is in the message."""
    delivery, _ = await _found(look, delivery_id)
    text = plain_text(Letter.from_json(delivery.letter))
    return PlainTextResponse(text, headers={"X-Content-Type-Options": "nosniff"})


async def _show(look: Look, delivery_id: UUID, form: FormState | None) -> Response:
    delivery, partner = await _found(look, delivery_id)
    tries = await queries.attempts(look.tx, delivery_id)
    actions, blocked = _acts(look, delivery, partner)
    given: dict[str, Any] = {} if form is None else {"form": form}
    return page(
        look,
        "delivery.html",
        title=Letter.from_json(delivery.letter).subject,
        over=LABELS[delivery.subject],
        state=state_of(delivery.state, delivery.due_at, look.now),
        lead=f"{partner.name}, {BY[delivery.channel]}",
        reason=REASONS[delivery.reason] if delivery.reason else "",
        delivery=delivery,
        letter=Letter.from_json(delivery.letter),
        facts=_facts(delivery, partner),
        actions=actions,
        blocked=blocked,
        history=_history(delivery, tries),
        **given,
    )


async def _found(look: Look, delivery_id: UUID) -> tuple[Delivery, Partner]:
    found = await queries.delivery(look.tx, delivery_id)
    if found is None or not may_see(found[0], look.by):
        raise NotFound
    return found


def _acts(look: Look, delivery: Delivery, partner: Partner) -> tuple[list[Action], list[Blocked]]:
    label, address = ABOUT[delivery.about]
    actions = [Action(label, address.format(id=delivery.about_id))]
    if delivery.about is AboutKind.MEETING:
        actions.append(Action("Télécharger le rendez-vous (.ics)", f"/envois/reunions/{delivery.about_id}/agenda.ics"))
    if look.by.has(*SECRETARIAT) and delivery.state in _ADDRESS_ACTS:
        actions.insert(0, Action(_ADDRESS_ACTS[delivery.state], f"/envois/annuaire/{partner.id}"))
    if not look.by.has(*RETRIERS):
        return actions, [Blocked("Renvoyer", "Cette action revient à la coordonnatrice.")]
    if delivery.state is DeliveryState.FAILED:
        return [
            Action("Renvoyer", f"/envois/{delivery.id}/renvoyer", post=True, fields={"version": str(delivery.version)}),
            *actions,
        ], []
    return actions, [Blocked("Renvoyer", DeliveryNotFailed().detail)]


def _facts(delivery: Delivery, partner: Partner) -> list[Fact]:
    known = partner.email if delivery.channel is Channel.EMAIL else partner.webhook.url if partner.webhook else None
    return [
        Fact("Destinataire", partner.name),
        Fact("Adresse", delivery.sent_to or known or "Pas encore connue"),
        Fact("Demandé le", full_datetime(delivery.created_at)),
        Fact("Remis le", full_datetime(delivery.sent_at) if delivery.sent_at else "Pas encore remis"),
        Fact("Essais", count(delivery.attempts, "essai") if delivery.attempts else "Aucun pour l'instant"),
        Fact("Preuve", delivery.proof or "Pas encore de réponse", code=bool(delivery.proof)),
        Fact("Référence", str(delivery.id), code=True),
    ]


def _history(delivery: Delivery, tries: list[Attempt]) -> list[Entry]:
    asked = Entry(delivery.created_at, "L'envoi a été demandé.")
    made = [Entry(one.at, _OUTCOMES[one.outcome].format(answer=one.answer.rstrip("."))) for one in tries]
    return [*reversed(made), asked]
