"""The components page on an address of its own: the real templates, assets and headers, without a database."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from services.chassis.identity import Principal
from services.chassis.identity.sessions import Seal
from services.chassis.web import composants, samples
from services.chassis.web.assets import assets_app
from services.chassis.web.page import rendered

NOW = datetime(2017, 2, 16, 8, 0, tzinfo=UTC)
READER = Principal(subject="workshop", name="Claire Lemoine", title="coordonnatrice", roles=frozenset({"coordinator"}))
SETTINGS = SimpleNamespace(environment="local", oidc_issuer="http://127.0.0.1:1", public_url="http://127.0.0.1")


def workshop() -> Starlette:
    """The application: the components page at its own address."""

    async def components(request: Request) -> Response:
        context = samples.everything() | {"title": "Composants", "form": composants.refused_form()}
        return rendered(
            request, "services.chassis", "composants.html", by=READER, csrf="token", now=NOW, settings=SETTINGS,
            status=200, context=context,
        )  # fmt: skip

    app = Starlette(
        routes=[Route(composants.ADDRESS, components), Mount("/assets/{service}", assets_app())],
    )
    app.state.seal = Seal("a key for tests, nothing is secret here")
    return app


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """Serves `app` on a free port of the loopback; gives its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
