"""Ports of the local stack: from the environment, otherwise any free one, so that two copies run side by side."""

import os
import socket

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def port_for(part: str) -> int:
    """The port of `part` ("front" reads CISPD_PORT_FRONT), or a free one when the variable is not set."""
    given = os.environ.get(f"CISPD_PORT_{part.upper()}")
    return int(given) if given else free_port()
