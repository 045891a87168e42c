"""A reverse proxy that streams both ways and says so when a service is down."""

from collections.abc import Callable, Mapping

import httpx
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization"}
    | {"te", "trailer", "transfer-encoding", "upgrade"}
)
DOWN = "Ce service ne répond pas pour l’instant. Rien n’est perdu ; réessayez dans quelques minutes."
UNKNOWN = "Cette page n’existe pas, ou vous n’y avez pas accès."


class Proxy:
    """`service_of` names the service of a path; `addresses` says where each one listens."""

    def __init__(self, service_of: Callable[[str], str | None], addresses: Mapping[str, str]) -> None:
        self.service_of = service_of
        self.addresses = addresses
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=50)
        self.client = httpx.AsyncClient(timeout=httpx.Timeout(60, connect=3), limits=limits, trust_env=False)

    async def forward(self, request: Request) -> Response:
        """The service's answer as it comes, or a 404 or 503 of the front door's own."""
        service = self.service_of(request.url.path)
        if service is None or service not in self.addresses:
            return sentence(request, 404, UNKNOWN)
        try:
            answer = await self.client.send(self._outgoing(request, self.addresses[service]), stream=True)
        except httpx.TransportError:
            return sentence(request, 503, DOWN)
        response = StreamingResponse(answer.aiter_raw(), answer.status_code, background=BackgroundTask(answer.aclose))
        response.raw_headers = [(name.lower(), value) for name, value in answer.headers.raw if _passes(name)]
        return response

    def _outgoing(self, request: Request, address: str) -> httpx.Request:
        headers = [(name, value) for name, value in request.headers.raw if _passes(name)]
        headers += [(b"x-forwarded-for", (request.client.host if request.client else "").encode())]
        headers += [(b"x-forwarded-proto", request.url.scheme.encode())]
        path = request.scope["raw_path"].decode("latin-1")
        query = f"?{request.url.query}" if request.url.query else ""
        has_body = "content-length" in request.headers or "transfer-encoding" in request.headers
        return httpx.Request(
            request.method, f"{address}{path}{query}", headers=headers, content=request.stream() if has_body else None
        )


def sentence(request: Request, status: int, text: str) -> Response:
    """An answer of the front door itself: a problem document for the API, a bare page otherwise."""
    if request.url.path.startswith("/api/"):
        body = {"type": "about:blank", "title": text, "status": status, "detail": text}
        return JSONResponse(body, status, media_type="application/problem+json")
    page = f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>CISPD</title><main><p>{text}</p></main></html>'
    return HTMLResponse(page, status, headers={"retry-after": "5"} if status == 503 else None)


def _passes(name: bytes) -> bool:
    return name.lower().decode("latin-1") not in HOP_BY_HOP
