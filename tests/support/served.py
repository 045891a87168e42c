"""A service's HTTP application behind a real socket, in a thread with a loop of its own, for clients that block."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from deploy.local.ports import free_port
from tests.support.api import Api, open_api
from tests.support.databases import Databases


@dataclass(frozen=True)
class Served:
    """`url` is the application's address; `api` makes tokens and reads its tables, within `run` only."""

    url: str
    api: Api
    run: Callable[[Coroutine[Any, Any, Any]], Any]


@contextmanager
def served(service: Any, databases: Databases, folder: Path) -> Iterator[Served]:
    """The service on a fresh database until the block ends. Raises what its start raised."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name=f"served {service.name}")
    thread.start()

    def run(coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(60)

    database = run(databases.create(service.name))
    api = run(open_api(service, database, folder))
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(api.app, host="127.0.0.1", port=port, log_level="warning", ws="none"))
    serving = asyncio.run_coroutine_threadsafe(server.serve(), loop)
    try:
        run(_started(server))
        yield Served(f"http://127.0.0.1:{port}", api, run)
    finally:
        server.should_exit = True
        serving.result(30)
        run(api.running.database.close())
        run(databases.drop(database))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


async def _started(server: uvicorn.Server) -> None:
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it by this attribute only
        await asyncio.sleep(0.01)
