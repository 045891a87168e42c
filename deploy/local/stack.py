"""The whole local stack as one object: `async with Stack(folder) as stack`.

The council year and the end-to-end tests stand on it.
"""

import asyncio
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import httpx

from deploy.kafka.topics import create_topics
from deploy.local.addresses import CLIENT_ID, DATABASE, Addresses
from deploy.local.clock import LocalClock
from deploy.local.kafka import Kafka
from deploy.local.parts import Say, front_part, service_part
from deploy.local.people import Person, people
from deploy.local.postgres import Postgres
from deploy.local.roles import create_database
from deploy.local.supervisor import Supervisor
from services.chassis.migrations import migrate

SERVICES = Path(__file__).parents[2] / "services"
KEPT = {"lock"}


class Stack:
    """PostgreSQL, Kafka, issuer, mails, services and front door, on fresh data in `folder`.

    `services`: those to run, default all that exist. `environment` is added to every service's settings.
    `supervisor` kills, halts and resumes parts by name: a service's, "postgres", "kafka", "front".
    """

    def __init__(
        self,
        folder: Path,
        *,
        say: Say = lambda line: None,
        restart: bool = True,
        services: list[str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.say = say
        self.addresses = Addresses(folder)
        self.services = services if services is not None else present_services(self.addresses)
        self.environment = dict(environment or {})
        self.supervisor = Supervisor(say, restart)
        self.http = httpx.AsyncClient(timeout=30, trust_env=False)
        self._tokens: dict[str, tuple[str, float]] = {}

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """The one address of pages and API."""
        return self.addresses.public_url

    @property
    def bootstrap(self) -> str:
        return self.addresses.bootstrap

    @property
    def people(self) -> Mapping[str, Person]:
        return people()

    @property
    def admin_url(self) -> str:
        """The services' database, as superuser."""
        return self.postgres.admin_url.rpartition("/")[0] + f"/{DATABASE}"

    async def token(self, sub: str, *, lifetime: int = 8 * 3600) -> str:
        """A bearer token of a person of people.toml, kept while it is good. A negative lifetime: already expired."""
        known, until = self._tokens.get(sub, ("", 0.0))
        if until > time.monotonic() and lifetime > 0:
            return known
        form = {"grant_type": "client_credentials", "person": sub, "lifetime": str(lifetime)}
        form |= {"client_id": CLIENT_ID, "client_secret": self.addresses.client_secret}
        answer = await self.http.post(f"{self.addresses.issuer}/token", data=form)
        answer.raise_for_status()
        token = str(answer.json()["access_token"])
        if lifetime > 0:
            self._tokens[sub] = (token, time.monotonic() + lifetime - 60)
        return token

    async def mails(self, *, to: str = "", after: int = 0) -> list[dict[str, Any]]:
        """Messages the catcher received, oldest first (see mails/mailbox.py, `summary`)."""
        answer = await self.http.get(f"{self.url}/courriels/messages.json", params={"to": to, "after": after})
        answer.raise_for_status()
        return list(answer.json())

    async def start(self) -> None:
        """Returns when everything is ready. Raises NotReady with the end of the log of the part that is not."""
        empty(self.folder)
        self.addresses.write_settings(self.services)
        self.clock = LocalClock(self.addresses.clock_file)
        await asyncio.gather(self._start_postgres(), self._start_kafka(), self._start_front())
        await asyncio.gather(*(self._start_service(name) for name in self.services))
        self.supervisor.watch()

    async def stop(self) -> None:
        """Services first, then what they need. Nothing is left running."""
        await self.supervisor.stop(self.services, ["front"], ["kafka", "postgres"])
        await self.http.aclose()

    async def _start_postgres(self) -> None:
        began = time.monotonic()
        addresses = self.addresses
        self.postgres = Postgres(self.folder / "postgres", addresses.postgres, addresses.log("postgres"))
        await asyncio.to_thread(self.postgres.prepare)
        await self.supervisor.launch("postgres", self.postgres)
        began = self._done("PostgreSQL", began)
        await create_database(self.postgres.admin_url, self.admin_url, self.services, addresses.password)
        for name in self.services:
            await migrate(addresses.database_url(f"{name}_owner"), [SERVICES / name / "migrations"])
        self._done("roles, schemas, migrations", began)

    async def _start_kafka(self) -> None:
        began = time.monotonic()
        kafka = Kafka(self.folder / "kafka", self.addresses.kafka, self.addresses.log("kafka"))
        await asyncio.to_thread(kafka.prepare)
        await self.supervisor.launch("kafka", kafka)
        began = self._done("Kafka", began)
        created = await asyncio.to_thread(create_topics, self.bootstrap)
        self._done(f"{len(created)} topics", began)

    async def _start_front(self) -> None:
        began = time.monotonic()
        await self.supervisor.launch("front", front_part(self.addresses))
        self._done("front door, issuer, mails", began)

    async def _start_service(self, name: str) -> None:
        began = time.monotonic()
        await self.supervisor.launch(name, service_part(name, self.addresses, self.environment))
        self._done(name, began)

    def _done(self, what: str, began: float) -> float:
        now = time.monotonic()
        self.say(f"  {what:<28}{now - began:6.1f} s")
        return now


def present_services(addresses: Addresses) -> list[str]:
    """Services of the site map that have code."""
    return [name for name in addresses.services if (SERVICES / name / "__main__.py").exists()]


def empty(folder: Path) -> None:
    """Every start begins with fresh data."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name not in KEPT:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
