"""A relay in a process of its own, to be killed or frozen; given the addresses of database and Kafka."""

import asyncio
import sys

from services.chassis import relay, telemetry
from tests.support.messaging import running

if __name__ == "__main__":
    telemetry.set_up("sandbox", "relay", None)
    asyncio.run(relay.run(running(*sys.argv[1:3])))
