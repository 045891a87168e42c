"""The operator's verbs on a service's command line, beside its roles."""

from __future__ import annotations

import typer

from services.chassis.parking.verbs import parked_verbs
from services.chassis.rebuild.verbs import add_rebuild
from services.chassis.relay.verbs import outbox_verbs
from services.chassis.replay.verbs import add_replay
from services.chassis.service import Service
from services.chassis.timers.verbs import timer_verbs


def add_verbs(app: typer.Typer, service: Service) -> None:
    """Mounts `outbox`, and `due`, `parked`, `replay` and `rebuild` where `service` has something for them."""
    app.add_typer(outbox_verbs(service), name="outbox")
    if service.timers.handlers:
        app.add_typer(timer_verbs(service), name="due")
    if service.subscriptions.topics:
        app.add_typer(parked_verbs(service), name="parked")
        add_replay(app, service)
    if service.projections:
        add_rebuild(app, service)
