"""One message carried over a redirect, in a sealed cookie of two minutes."""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from services.chassis.web.parts import Message

COOKIE = "cispd_message"
_LASTS = timedelta(minutes=2)


class Flash(BaseModel):
    """What a message says; never personal data, for it travels through the browser."""

    lead: str
    text: str = ""
    tone: str = "done"


def leave(request: Request, response: Response, message: Message, *, secure: bool) -> None:
    """Puts `message` on `response`, for the next page."""
    value = request.app.state.seal.close(Flash(lead=message.lead, text=message.text, tone=message.tone), _LASTS)
    response.set_cookie(
        COOKIE, value, max_age=int(_LASTS.total_seconds()), path="/", httponly=True, samesite="lax", secure=secure
    )


def waiting(request: Request) -> Flash | None:
    """The message left for this page. A fragment fetched by htmx takes none: the page around it shows it."""
    if COOKIE not in request.cookies or "hx-request" in request.headers:
        return None
    found: Flash | None = request.app.state.seal.open(request.cookies[COOKIE], Flash)
    return found


def taken(response: Response) -> None:
    """Forgets the message once it is shown."""
    response.delete_cookie(COOKIE, path="/")
