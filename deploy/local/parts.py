"""The parts of a local stack, each known by how it is started and when it is ready."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import httpx

from deploy.local.addresses import Addresses
from deploy.local.child import Child

Say = Callable[[str], None]


class Part(Protocol):
    """Something that runs as a process. `launch` may be called again after it died."""

    child: Child

    def launch(self) -> None: ...

    def ready(self) -> bool: ...


@dataclass
class PythonPart:
    """A process of our own code; ready when `check` answers 200."""

    child: Child
    check: str

    def launch(self) -> None:
        self.child.start()

    def ready(self) -> bool:
        try:
            return httpx.get(self.check, timeout=2, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False


def service_part(name: str, addresses: Addresses, more: Mapping[str, str]) -> PythonPart:
    """A service in one process, all roles; `more` is added to its settings."""
    command = [sys.executable, "-m", f"services.{name}", "all"]
    child = Child(name, command, addresses.log(name), {**addresses.service_settings(name), **more}, grace=25)
    return PythonPart(child, f"{addresses.service_url(name)}/health/ready")


def front_part(addresses: Addresses) -> PythonPart:
    """The front door with the issuer and the mail catcher."""
    command = [sys.executable, "-m", "deploy.local.front"]
    child = Child("front", command, addresses.log("front"), addresses.front_settings(), grace=5)
    return PythonPart(child, f"{addresses.issuer}/.well-known/openid-configuration")
