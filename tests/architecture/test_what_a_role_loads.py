"""A process loads what its role needs: no pages in a relay, nothing that is named and not there."""

import subprocess
import sys
from importlib import import_module

import pytest

from services.chassis.roles import Role
from services.chassis.service import Service
from tests.architecture.sources import ROOT, SERVICES

PARTS = {"consumer": "subscriptions", "timers": "timers", "workers": "workers"}
# As a start does it, up to the first loop.
LOADS = """
import sys
import services.chassis.process
from importlib import import_module
from services.{service}.service import SERVICE
import_module("services.chassis.roles.{role}")
getattr(SERVICE, "{part}")
print(*(each for each in ("fastapi", "opentelemetry.sdk") if each in sys.modules))
"""


@pytest.mark.parametrize("name", SERVICES)
def test_every_part_that_a_service_names_is_there(name: str) -> None:
    service: Service = import_module(f"services.{name}.service").SERVICE
    named = [part for part in ("routes", "subscriptions", "timers", "workers", "projections") if service.declares(part)]
    assert "routes" in named
    assert all(not isinstance(getattr(service, part), str) for part in named)


@pytest.mark.parametrize(
    ("service", "role"),
    [("meetings", Role.RELAY), ("reporting", Role.CONSUMER), ("cases", Role.TIMERS), ("notifications", Role.WORKERS)],
)
def test_a_role_without_pages_loads_neither_their_framework_nor_a_collectors_client(service: str, role: Role) -> None:
    code = LOADS.format(service=service, role=role, part=PARTS.get(role, "name"))
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.split() == []
