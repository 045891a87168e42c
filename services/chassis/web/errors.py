"""The page of a refusal that has no form to go back to: not there, not allowed, signed out, broken, down."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from services.chassis.errors import NotSignedIn, Refusal
from services.chassis.identity.sessions import SESSION_COOKIE, Session
from services.chassis.web.page import rendered

_TITLES = {
    400: "La demande n’a pas été comprise",
    401: "Vous n’êtes pas connecté",
    403: "Cette page ne vous est pas ouverte",
    404: "Page introuvable",
    405: "La demande n’a pas été comprise",
    412: "Le contenu a changé",
    413: "L’envoi est trop volumineux",
    422: "La demande n’a pas été comprise",
    500: "Une erreur est survenue",
    503: "Le service ne répond pas",
}


def title_of(refusal: Refusal) -> str:
    """The heading of the page that says `refusal`."""
    return _TITLES.get(refusal.status, "Cette action n’est pas possible")


def address_of(request: Request) -> str:
    """What was asked for, on this site and with its query: where to try again, or to come back to."""
    return "/" + request.url.path.lstrip("/\\") + (f"?{request.url.query}" if request.url.query else "")


def error_page(request: Request, refusal: Refusal, *, draft: str = "") -> Response:
    """The French page of `refusal`, with its status, in the layout of whoever is signed in.

    `draft` is what was typed before the session ended, sealed: the page offers to take it up again.
    """
    state = request.app.state
    session: Session | None = state.seal.open(request.cookies.get(SESSION_COOKIE), Session)
    return rendered(
        request,
        "services.chassis",
        "error.html",
        by=session.principal if session else None,
        csrf=session.csrf if session else "",
        now=state.commands.clock.now(),
        settings=state.commands.settings,
        status=refusal.status,
        headers={"Retry-After": "5"} if refusal.status == 503 else None,
        context={
            "title": "Votre session est terminée" if draft else title_of(refusal),
            "sentence": refusal.detail,
            "draft": draft,
            "address": address_of(request),
            "sign_in": f"/session/{state.service.name}/connexion" if isinstance(refusal, NotSignedIn) else "",
            "retry": address_of(request) if refusal.status >= 500 and request.method == "GET" else "",
        },
    )
