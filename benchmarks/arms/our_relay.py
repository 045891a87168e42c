"""Our relay as it runs in production, in a process of its own: database address, Kafka, number of shards."""

from __future__ import annotations

import sys

import uvloop

from services.chassis import relay, telemetry
from tests.support.messaging import running


async def main(url: str, bootstrap: str, shards: int) -> None:
    await relay.run(running(url, bootstrap, "meetings", relay_shards=shards))


if __name__ == "__main__":
    telemetry.set_up("meetings", "relay", None)
    uvloop.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
