"""Ports of the local stack: from the environment, otherwise any free one, so that two copies run side by side."""

import os
import secrets
import socket

LOOPBACK = "127.0.0.1"

# Below those that Linux gives to clients. One of theirs may be taken before our server listens on it, or while it is
# down; and a client that tries such a port again and again can end up connected to itself.
FIRST, LAST = 18_000, 32_767
_given: set[int] = set()


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on at this moment; never the same one twice."""
    while True:
        port = FIRST + secrets.randbelow(LAST - FIRST + 1)
        if port not in _given and _can_be_bound(port):
            _given.add(port)
            return port


def _can_be_bound(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def port_for(part: str) -> int:
    """The port of `part` ("front" reads CISPD_PORT_FRONT), or a free one when the variable is not set."""
    given = os.environ.get(f"CISPD_PORT_{part.upper()}")
    return int(given) if given else free_port()
