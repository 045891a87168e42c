"""The timers in a process of its own, to be killed; given the database's address and how long a handler takes."""

import asyncio
import sys

from services.chassis import telemetry
from services.chassis.act import Act
from services.chassis.timers import Timer, Timers
from services.chassis.timers.firing import run
from tests.support.ledger_of_firings import write
from tests.support.messaging import running

timers = Timers()


@timers.on("nap")
async def nap(timer: Timer, act: Act) -> None:
    """Writes its row, then stays in the middle of the transaction."""
    await write(timer, act)
    await act.tx.execute("select pg_sleep($1)", float(sys.argv[2]))


if __name__ == "__main__":
    telemetry.set_up("sandbox", "timers", None)
    asyncio.run(run(running(sys.argv[1], "127.0.0.1:9"), timers))
