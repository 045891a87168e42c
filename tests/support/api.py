"""A service's HTTP application on a real database, with callers who have real tokens and a clock that can be moved."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from fastapi import FastAPI

from services.chassis.http.app import create_app
from services.chassis.identity.sessions import SESSION_COOKIE, SESSION_TIME, new_session
from services.chassis.process import start_running
from services.chassis.running import Running
from services.chassis.service import Service
from tests.support.databases import ServiceDatabase
from tests.support.identity import OwnIssuer, principal, token

ADDRESS = "http://service.test"
NewApi = Callable[..., Awaitable["Api"]]


@dataclass
class Api:
    """`app` is the service's application; `running` what its loops would share; `around` wraps every client's way."""

    app: FastAPI
    running: Running
    database: ServiceDatabase
    clock_file: Path
    around: Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport] = field(default=lambda transport: transport)
    insisting: Any = None
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)

    def caller(self, *roles: str, **said: Any) -> httpx.AsyncClient:
        """A client with the bearer token of somebody with `roles`; `said` as in identity.claims."""
        headers = {"Authorization": f"Bearer {token(*roles, **said)}"} if roles else {}
        return self._client(headers=headers)

    def browser(self, *roles: str, **said: Any) -> httpx.AsyncClient:
        """A client with the session cookie of somebody with `roles`; `csrf` is what his forms must carry."""
        session = new_session(principal(*roles, **said))
        client = self._client(cookies={SESSION_COOKIE: self.app.state.seal.close(session, SESSION_TIME)})
        client.csrf = session.csrf  # type: ignore[attr-defined]
        return client

    def _client(self, **options: Any) -> httpx.AsyncClient:
        transport = self.around(httpx.ASGITransport(self.app, raise_app_exceptions=False))
        return httpx.AsyncClient(transport=transport, base_url=ADDRESS, **options)

    def set_clock(self, moment: datetime) -> None:
        """From now on the service believes it is `moment`."""
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(str((moment - datetime.now(UTC)).total_seconds()))
        fresh.replace(self.clock_file)  # another file: one written twice in a tick of the kernel looks unchanged

    async def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """What the superuser reads in the service's schema."""
        connection = await asyncpg.connect(
            self.database.admin_url, server_settings={"search_path": self.database.service}
        )
        try:
            return [dict(row) for row in await connection.fetch(query, *values)]
        finally:
            await connection.close()

    async def appended(self) -> list[str]:
        """The types of the events in the outbox, oldest first."""
        return [row["type"] for row in await self.rows("select headers->>'ce_type' as type from outbox order by id")]


async def open_api(service: Service, database: ServiceDatabase, folder: Path, now: datetime | None = None) -> Api:
    """The application of `service` on `database`; `now` is where its clock starts."""
    clock_file = folder / "clock"
    settings = service.settings(**settings_of(database), clock_file=clock_file)
    running = start_running(service, settings)
    app = create_app(service, running)
    app.state.issuer = OwnIssuer()
    api = Api(app=app, running=running, database=database, clock_file=clock_file)
    api.set_clock(now or datetime(2017, 1, 3, 8, 30, tzinfo=UTC))
    return api


def settings_of(database: ServiceDatabase) -> dict[str, Any]:
    """What a service needs to run on `database`; nothing answers at the other addresses."""
    return {
        "environment": "local",
        "database_url": database.url,
        "migration_database_url": database.owner_url,
        "kafka_bootstrap_servers": "127.0.0.1:9",
        "oidc_issuer": "http://127.0.0.1:9",
        "oidc_client_secret": "secret",
        "public_url": ADDRESS,
        "session_key": "s" * 32,
        "ledger_key": "l" * 32,
        **SERVICE_SETTINGS.get(database.service, {}),
    }


SERVICE_SETTINGS: dict[str, dict[str, Any]] = {
    "cases": {"identity_keys": "k1:" + "ab" * 32},
    "notifications": {
        "smtp_host": "127.0.0.1",
        "smtp_port": 9,
        "mail_from": "cispd@agglo.example",
        "partner_secrets_key": "p" * 32,
    },
}
"""What a service needs beyond the chassis' settings, by service."""
