"""The line kept of every rebuild and replay: who had it done, when, and what came of it."""

from __future__ import annotations

import getpass
from typing import Any

from services.chassis.database import Connection

BEGIN = "insert into operation (verb, target, by, fingerprint) values ($1, $2, $3, $4) returning id"

END = """
update operation set ended_at = clock_timestamp(), outcome = $3
where id = (select max(id) from operation where verb = $1 and target = $2 and ended_at is null)
"""

# Who ends it waits for those who go on, and they for who ends it.
STILL_OPEN = "select 1 from operation where id = $1 and ended_at is null for share"

LAST = "select * from operation where verb = $1 and target = $2 order by id desc limit 1"


def operator() -> str:
    """Who is at the command line, as the machine knows them."""
    return f"command line, {getpass.getuser()}"


async def begin(tx: Connection, verb: str, target: str, fingerprint: str | None = None) -> int:
    """Opens a line; its id. `fingerprint` is of the code at work, where it matters whether the same goes on."""
    opened: int = await tx.fetchval(BEGIN, verb, target, operator(), fingerprint)
    return opened


async def still_open(tx: Connection, line: int) -> bool:
    """Whether nobody has ended it; nobody can before this transaction has ended."""
    return await tx.fetchval(STILL_OPEN, line) is not None


async def end(tx: Connection, verb: str, target: str, outcome: str) -> None:
    """Closes the newest open line of that verb and target."""
    await tx.execute(END, verb, target, outcome)


async def last(tx: Connection, verb: str, target: str) -> Any:
    """The newest line of that verb and target, None when there is none."""
    return await tx.fetchrow(LAST, verb, target)
