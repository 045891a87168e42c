"""The front door in a process of its own, with the issuer and the mail catcher behind it."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from deploy.local.addresses import CLIENT_ID, Addresses
from deploy.local.clock import LocalClock
from deploy.local.parts import front_part


@dataclass(frozen=True)
class Front:
    """`addresses.services["meetings"]` is the port behind the door on which a test may listen."""

    addresses: Addresses
    clock: LocalClock


@pytest.fixture(scope="session")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder: Path = tmp_path_factory.mktemp("front")
    addresses = Addresses(folder)
    clock = LocalClock(addresses.clock_file)
    part = front_part(addresses)
    part.launch()
    try:
        part.child.wait_until(part.ready)
        yield Front(addresses, clock)
    finally:
        part.child.stop()


@pytest.fixture
async def browser(front: Front) -> AsyncIterator[httpx.AsyncClient]:
    """Keeps cookies and does not follow redirections by itself."""
    async with httpx.AsyncClient(base_url=front.addresses.public_url, trust_env=False) as client:
        yield client


@pytest.fixture
def as_client(front: Front) -> dict[str, str]:
    """The services' own credentials at the issuer."""
    return {"client_id": CLIENT_ID, "client_secret": front.addresses.client_secret}
