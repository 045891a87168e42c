"""Refuses bodies that are too large before they are read."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.errors import Refusal
from services.chassis.http.problems import problem_response

BODY_BYTES_MAX = 1_000_000


class BodyTooLarge(Refusal):
    status = 413
    sentence = "L'envoi dépasse la taille permise d'un mégaoctet. Réduisez-le."


class BodyLimit:
    """Counts what arrives, whatever the Content-Length header says."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > BODY_BYTES_MAX:
            await problem_response(BodyTooLarge(), scope["path"])(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > BODY_BYTES_MAX:
                raise BodyTooLarge
            return message

        await self.app(scope, counted, send)
