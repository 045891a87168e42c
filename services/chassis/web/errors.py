"""The page of a refusal: what did not happen, and what to do."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from services.chassis.errors import Refusal
from services.chassis.identity.sessions import SESSION_COOKIE, Session
from services.chassis.web.page import rendered

_TITLES = {
    403: "Action réservée",
    404: "Page introuvable",
    405: "Page introuvable",
    409: "Action impossible",
    500: "Erreur de notre côté",
    503: "Service indisponible",
}


def error_page(request: Request, refusal: Refusal) -> Response:
    """The French page for `refusal`, in the layout, with the menus of whoever is signed in."""
    state = request.app.state
    session = state.seal.open(request.cookies.get(SESSION_COOKIE), Session)
    return rendered(
        request,
        state.service.package,
        "error.html",
        by=session.principal if session else None,
        csrf=session.csrf if session else "",
        now=state.commands.clock.now(),
        settings=state.commands.settings,
        status=refusal.status,
        context={"title": _TITLES.get(refusal.status, "Demande refusée"), "refusal": refusal},
    )
