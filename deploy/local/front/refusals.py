"""What the front door says itself: a page in the product's layout for people, a problem document for programs."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from deploy.local.pages import Pages
from services.chassis.errors import Refusal, Unavailable
from services.chassis.http.problems import problem_response
from services.chassis.web.errors import address_of, title_of

_NAMES = {
    "meetings": "Les réunions et les plans ne répondent pas",
    "cases": "Les dossiers et les permanences ne répondent pas",
    "notifications": "Les envois ne répondent pas",
    "reporting": "Les chiffres ne répondent pas",
}


class ServiceDown(Unavailable):
    sentence = "{name} pour l'instant. Rien n'est perdu ; réessayez dans quelques minutes."


class Malformed(Refusal):
    status = 400
    sentence = "La demande n'a pas la forme d'une demande HTTP. Corrigez ses en-têtes, puis recommencez."


def service_down(service: str) -> Refusal:
    """The refusal of a request to a service that does not answer."""
    return ServiceDown(name=_NAMES[service]) if service in _NAMES else Unavailable()


def answer(request: Request, refusal: Refusal, pages: Pages) -> Response:
    """`refusal` for whoever asked."""
    path = request.url.path
    if path.startswith("/api/"):
        return problem_response(refusal, path)
    return pages.page(
        "error.html",
        status=refusal.status,
        headers={"Retry-After": "5"} if refusal.status == 503 else {},
        title=title_of(refusal),
        sentence=refusal.detail,
        sign_in="",
        draft="",
        retry=address_of(request) if refusal.status == 503 and request.method == "GET" else "",
    )
