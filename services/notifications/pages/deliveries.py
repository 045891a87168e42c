"""The list of deliveries with its filters."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import Response

from schemas.events.deliveries import Channel, DeliverySubject
from services.chassis.french import count, history_datetime
from services.chassis.http import Look, Routes
from services.chassis.web import Cell, Column, Option, page
from services.chassis.web.forms import FormState
from services.notifications import queries
from services.notifications.domain.delivery import DeliveryState
from services.notifications.domain.subjects import LABELS
from services.notifications.pages.words import CHANNELS, REASONS, state_of
from services.notifications.queries import Filter, Line
from services.notifications.visibility import READERS, SECRETARIAT, sees_all, within_sight

routes = Routes()
ADDRESS = "/envois"
SIZE = 50
GROUPS: dict[str, tuple[str, frozenset[DeliveryState]]] = {
    "envoyes": ("Envoyés", frozenset({DeliveryState.SENT})),
    "en-cours": ("En cours", frozenset({DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.RETRYING})),
    "sans-adresse": ("Sans adresse", frozenset({DeliveryState.NO_ADDRESS})),
    "non-remis": ("Non remis", frozenset({DeliveryState.FAILED})),
    "sans-objet": ("Sans objet", frozenset({DeliveryState.WITHDRAWN})),
}
Text = Annotated[str, Query(max_length=100)]
PageNumber = Annotated[str, Query(max_length=5, alias="page")]


@routes.page(ADDRESS, allow=READERS)
async def deliveries_page(
    look: Look, mots: Text = "", objet: Text = "", etat: Text = "", canal: Text = "", page_: PageNumber = "1"
) -> Response:
    """The latest first; a filter that means nothing narrows nothing."""
    wanted = Filter(
        search=mots.replace("\x00", "").strip() or None,
        subject=DeliverySubject(objet) if objet in set(DeliverySubject) else None,
        state=GROUPS[etat][1] if etat in GROUPS else frozenset(),
        channel=Channel(canal) if canal in set(Channel) else None,
    )
    number = int(page_) if page_.isdecimal() and 0 < int(page_) < 10_000 else 1
    lines, total = await queries.deliveries(
        look.tx, within_sight(wanted, look.by), limit=SIZE, after=(number - 1) * SIZE
    )
    filters = {"mots": mots, "objet": objet, "etat": etat, "canal": canal}
    everyone = sees_all(look.by)
    return page(
        look,
        "deliveries.html",
        title="Envois",
        lead="" if everyone else "Ce que le CISPD a envoyé à votre institution, avec sa preuve.",
        everyone=everyone,
        filters=FormState.blank(filters),
        filtered=any(filters.values()),
        subjects=[Option(code, label) for code, label in LABELS.items()],
        states=[Option(code, label) for code, (label, _) in GROUPS.items()],
        channels=[Option(code, label) for code, label in CHANNELS.items()],
        columns=_columns(everyone),
        caption=f"{count(total, 'envoi')}, du plus récent au plus ancien",
        rows=[_row(look, line, everyone) for line in lines],
        may_enter=look.by.has(*SECRETARIAT),
        pager=_pager(filters, number, len(lines), total),
    )


def _columns(everyone: bool) -> list[Column]:
    to_whom = [Column("Destinataire")] if everyone else []
    return [Column("Envoi"), *to_whom, Column("Canal"), Column("État"), Column("Demandé le")]


def _row(look: Look, line: Line, everyone: bool) -> list[Cell | str]:
    to_whom = [line.institution] if everyone else []
    return [
        Cell(line.title, href=f"{ADDRESS}/{line.id}"),
        *to_whom,
        CHANNELS[line.channel],
        Cell(state=state_of(line.state, line.due_at, look.now), note=_note(line)),
        history_datetime(line.created_at),
    ]


def _note(line: Line) -> str:
    if line.state is DeliveryState.SENT and line.sent_at:
        return f"le {history_datetime(line.sent_at)}"
    return REASONS[line.reason] if line.reason else ""


def _pager(filters: dict[str, str], number: int, shown: int, total: int) -> dict[str, object] | None:
    if total <= SIZE:
        return None

    def address(wanted: int) -> str:
        return f"{ADDRESS}?{urlencode({**{name: text for name, text in filters.items() if text}, 'page': wanted})}"

    first = (number - 1) * SIZE + 1
    return {
        "first": first,
        "last": first + shown - 1,
        "total": total,
        "previous": address(number - 1) if number > 1 else None,
        "next": address(number + 1) if number * SIZE < total else None,
    }
