"""A relay in a process of its own, to be killed or frozen; given the addresses of database and Kafka.

With a third word "dies-before-its-cursor-moves" it kills itself when all of a page is acknowledged and nothing of it
is written down.
"""

import asyncio
import os
import signal
import sys
from typing import Any

from services.chassis import relay, telemetry
from services.chassis.relay.cursor import Cursor
from tests.support.messaging import running


async def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    telemetry.set_up("sandbox", "relay", None)
    if sys.argv[3:] == ["dies-before-its-cursor-moves"]:
        Cursor.advance = die  # type: ignore[method-assign,assignment]
    asyncio.run(relay.run(running(*sys.argv[1:3])))
