"""A process's own port: Uvicorn as one of its loops."""

from __future__ import annotations

import asyncio
import contextlib

import uvicorn
from starlette.types import ASGIApp

from services.chassis.running import Running
from services.chassis.settings import Settings


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers: the process has its own."""

    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]
        return contextlib.nullcontext()


async def serve(app: ASGIApp, running: Running) -> None:
    """Answers on the port of the settings until `running.stopping`, then ends what is being answered."""
    settings: Settings = running.settings
    config = uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,  # a proxy in front keeps its connections for less than that
        timeout_graceful_shutdown=int(settings.grace_seconds) or 1,
        lifespan="off",
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(running.stopping.wait())
    while not serving.done() and not stopping.done():
        running.progress("http")
        await asyncio.wait({serving, stopping}, timeout=2.0, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopping.cancel()
    await serving
