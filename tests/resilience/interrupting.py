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
    if wanted["statement"] not in query:
        return None
    if wanted["let_pass"] > 0:
        armed.write_text(json.dumps({**wanted, "let_pass": wanted["let_pass"] - 1}))
        return None
    return wanted


def _signal(armed: Path, wanted: dict[str, Any]) -> None:
    if not armed.exists():
        return
    armed.unlink()
    os.kill(os.getpid(), wanted["signal"])


def arm(armed: Path, statement: str, *, sent: signal.Signals, after: bool = False, let_pass: int = 0) -> None:
    """From now on the process that watches `armed` gets `sent` at a statement that contains `statement`.

    It is the next one when none is let pass: before it is sent, or `after` the database answered.
    """
    part = armed.with_suffix(".part")
    told = {"statement": statement, "signal": int(sent), "after": after, "let_pass": let_pass}
    part.write_text(json.dumps(told))
    part.rename(armed)
