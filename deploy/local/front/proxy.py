"""A reverse proxy that streams both ways and says so when a service is down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import h11
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from deploy.local.front.refusals import Malformed, answer, service_down
from deploy.local.front.upstream import Broken, Upstream
from deploy.local.pages import Pages
from services.chassis.errors import NotFound

# What concerns one connection only; a body's framing is made anew on each side.
HOP_BY_HOP = frozenset(
    {b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"expect"}
    | {b"te", b"trailer", b"transfer-encoding", b"upgrade"}
)
Headers = list[tuple[bytes, bytes]]


class Proxy:
    """`service_of` names the service of a path; `addresses` says where each one listens."""

    def __init__(self, service_of: Callable[[str], str | None], addresses: Mapping[str, str], pages: Pages) -> None:
        self.service_of = service_of
        self.upstreams = {name: Upstream(address) for name, address in addresses.items()}
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The service's answer as it comes, or a 404 or 503 of the front door's own."""
        service = self.service_of(scope["path"])
        if service is None or service not in self.upstreams:
            refused: Response | None = answer(Request(scope), NotFound(), self.pages)
        else:
            refused = await self._forward(service, scope, receive, send)
        if refused is not None:
            await refused(scope, receive, send)

    async def _forward(self, service: str, scope: Scope, receive: Receive, send: Send) -> Response | None:
        """None once the service's answer was passed on; what to say instead when it gave none."""
        try:
            outgoing = request_of(scope)
        except h11.LocalProtocolError:
            return answer(Request(scope), Malformed(), self.pages)
        begun = False
        try:
            async with self.upstreams[service].ask(outgoing, receive) as line:
                head = await line.head()
                begun = True
                start = {"type": "http.response.start", "status": head.status_code, "headers": _passing(head.headers)}
                await send(start)
                async for piece in line.pieces():
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        except Broken:
            if begun:
                raise  # the caller has seen a beginning: only a broken connection tells that this is not the whole
            return answer(Request(scope), service_down(service), self.pages)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return None

    def close(self) -> None:
        for upstream in self.upstreams.values():
            upstream.close()


def request_of(scope: Scope) -> h11.Request:
    """The request as the service gets it. Raises h11.LocalProtocolError when it cannot be sent on."""
    headers = _passing(scope["headers"])
    if any(name == b"transfer-encoding" for name, _ in scope["headers"]):
        headers.append((b"transfer-encoding", b"chunked"))
    headers.append((b"x-forwarded-for", scope["client"][0].encode() if scope.get("client") else b""))
    headers.append((b"x-forwarded-proto", scope["scheme"].encode()))
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    return h11.Request(method=scope["method"], target=scope["raw_path"] + query, headers=headers)


def _passing(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Without what concerns one connection only. Names are in small letters already, in ASGI as in h11."""
    return [(name, value) for name, value in headers if name not in HOP_BY_HOP]
