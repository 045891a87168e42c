"""The role `relay`: from the outbox to Kafka."""

from __future__ import annotations

from services.chassis import relay
from services.chassis.keeping import Loop
from services.chassis.running import Running
from services.chassis.service import Service


def loops(service: Service, running: Running) -> list[tuple[str, Loop]]:
    return [("relay", lambda: relay.run(running))]
