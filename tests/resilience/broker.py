"""A broker with one more listener per door: clients that come by a door are led back to it, whatever is behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from deploy.local.kafka import Kafka
from deploy.local.ports import LOOPBACK


@dataclass
class DooredKafka(Kafka):
    """`doors`: name of a listener → the port it listens on and the port it tells its clients (a proxy's)."""

    doors: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def settings(self) -> str:
        lines = dict(line.split("=", 1) for line in super().settings().splitlines())
        for name, (port, told) in self.doors.items():
            lines["listeners"] += f",{name}://{LOOPBACK}:{port}"
            lines["advertised.listeners"] += f",{name}://{LOOPBACK}:{told}"
            lines["listener.security.protocol.map"] += f",{name}:PLAINTEXT"
        return "".join(f"{name}={value}\n" for name, value in lines.items())
