"""A signal to oneself at one statement: a crash or a freeze placed exactly where a race is."""

import json
import os
import signal
from pathlib import Path
from typing import Any

from asyncpg.connection import Connection

ARMED = "RESILIENCE_ARMED_FILE"


def obey_armed_file() -> None:
    """Looks, at each statement of this process, whether the harness armed a signal for it; see `Arming`."""
    given = os.environ.get(ARMED)
    if given is None:
        return
    for name in ("execute", "fetch", "fetchval", "fetchrow"):
        setattr(Connection, name, _watched(getattr(Connection, name), Path(given)))


def _watched(method: Any, armed: Path) -> Any:
    async def call(connection: Connection, query: str, *args: Any, **kwargs: Any) -> Any:
        wanted = _wanted(armed, query)
        if wanted and not wanted["after"]:
            _signal(armed, wanted)
        answer = await method(connection, query, *args, **kwargs)
        if wanted and wanted["after"]:
            _signal(armed, wanted)
        return answer

    return call


def _wanted(armed: Path, query: str) -> dict[str, Any] | None:
    if not armed.exists():
        return None
    wanted = json.loads(armed.read_text())
    return wanted if wanted["statement"] in query else None


def _signal(armed: Path, wanted: dict[str, Any]) -> None:
    if not armed.exists():
        return
    armed.unlink()
    os.kill(os.getpid(), wanted["signal"])


def arm(armed: Path, statement: str, *, sent: signal.Signals, after: bool = False) -> None:
    """From now on the process that watches `armed` gets `sent` at its next statement that contains `statement`."""
    part = armed.with_suffix(".part")
    part.write_text(json.dumps({"statement": statement, "signal": int(sent), "after": after}))
    part.rename(armed)
