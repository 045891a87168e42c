"""The operator's verbs on a service's command line, beside its roles."""

from __future__ import annotations

from pkgutil import resolve_name

import typer

from services.chassis.service import Service

# Each with the field of Service it is for, none for every service, and with what adds it to the command line.
VERBS = {
    "outbox": (None, "services.chassis.relay.verbs:add_outbox"),
    "due": ("timers", "services.chassis.timers.verbs:add_due"),
    "parked": ("subscriptions", "services.chassis.parking.verbs:add_parked"),
    "replay": ("subscriptions", "services.chassis.replay.verbs:add_replay"),
    "rebuild": ("projections", "services.chassis.rebuild.verbs:add_rebuild"),
}


def add_verbs(app: typer.Typer, service: Service, asked: str | None) -> None:
    """Adds the verb that was `asked` for, or all there are when it names none: for `--help`, or a word mistyped."""
    for verb in [asked] if asked in VERBS else VERBS:
        part, place = VERBS[verb]
        if part is None or service.declares(part):
            resolve_name(place)(app, service)
