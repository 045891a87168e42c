"""The role `consumer`: from Kafka to the service's database, and what is to be known of records put aside."""

from __future__ import annotations

from services.chassis import consumer
from services.chassis.keeping import Loop
from services.chassis.parking import watching
from services.chassis.running import Running
from services.chassis.service import Service


def loops(service: Service, running: Running) -> list[tuple[str, Loop]]:
    if not service.subscriptions.topics:
        return []
    return [
        ("consumer", lambda: consumer.run(running, service.subscriptions)),
        ("parked", lambda: watching.run(running)),
    ]
