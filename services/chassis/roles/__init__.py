"""What a process can be: each role is a module here, imported when it is run, with what that role alone needs."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module

from services.chassis.health import health_app
from services.chassis.keeping import Loop
from services.chassis.running import Running
from services.chassis.service import Service
from services.chassis.serving import serve

__all__ = ["HELP", "Role", "loops"]


class Role(StrEnum):
    API = "api"
    CONSUMER = "consumer"
    RELAY = "relay"
    TIMERS = "timers"
    WORKERS = "workers"
    ALL = "all"


HELP = {
    Role.API: "Serves pages and API.",
    Role.CONSUMER: "Consumes the topics this service subscribes to.",
    Role.RELAY: "Publishes the outbox to Kafka.",
    Role.TIMERS: "Fires timers that are due.",
    Role.WORKERS: "Runs the loops of the service's own.",
    Role.ALL: "Everything in one process, for a laptop.",
}


def loops(service: Service, role: Role, running: Running) -> list[tuple[str, Loop]]:
    """The loops of a role. Every role answers its health by HTTP; only `api` and `all` answer anything else."""
    parts = [each for each in Role if each is not Role.ALL] if role is Role.ALL else [role]
    found: list[tuple[str, Loop]] = []
    if Role.API not in parts:
        found.append(("http", lambda: serve(health_app(running), running)))
    for part in parts:
        found += import_module(f"{__name__}.{part.value}").loops(service, running)
    return found
