"""Partner systems are told by signed webhooks (Standard Webhooks)."""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import orjson
import pytest
import uvicorn
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deploy.local.ports import LOOPBACK, free_port
from services.notifications.webhooks.carrier import WebhookCarrier
from tests.integration.notifications.office import AGGLO, PARQUET, Office, address, convened
from tests.support.eventually import eventually

RETRY = timedelta(minutes=2)
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


@dataclass
class System:
    """A partner's system that listens; `answers` are its next status codes, then 204."""

    port: int = field(default_factory=free_port)
    answers: deque[int] = field(default_factory=deque)
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/cispd"

    async def take(self, request: Request) -> Response:
        self.received.append((dict(request.headers), await request.body()))
        return Response(status_code=self.answers.popleft() if self.answers else 204)


@pytest.fixture
async def system() -> AsyncIterator[System]:
    made = System()
    app = Starlette(routes=[Route("/cispd", made.take, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, host=LOOPBACK, port=made.port, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    yield made
    server.should_exit = True
    await serving


@pytest.fixture
async def webhooks(office: Office, system: System) -> WebhookCarrier:
    answer = await office.change(PARQUET, email=address(PARQUET), webhook_url=system.url, webhook_secret=SECRET)
    assert answer.status_code == 200, answer.text
    return WebhookCarrier(office.api.running.settings)


async def test_a_partner_system_is_told_what_it_can_verify(
    office: Office, system: System, webhooks: WebhookCarrier
) -> None:
    fact = convened(office, PARQUET)
    await office.fact(fact)
    await office.deliver(webhooks)
    ((headers, body),) = system.received
    told = Webhook(SECRET).verify(body, headers)
    assert (told["type"], told["data"]["about_id"]) == ("cispd.meeting-convened", str(fact.meeting_id))
    assert told["data"]["calendar"]["sequence"] == 0
    seen = await office.delivery(PARQUET, channel="webhook")
    assert (seen["state"], seen["proof"], headers["webhook-id"]) == ("sent", "HTTP 204", seen["id"])
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body + b" ", headers)


async def test_a_system_that_fails_is_told_again_under_the_same_id(
    office: Office, system: System, webhooks: WebhookCarrier
) -> None:
    system.answers.append(503)
    await office.fact(convened(office, PARQUET))
    await office.deliver(webhooks)
    assert (await office.delivery(PARQUET, channel="webhook"))["state"] == "retrying"
    office.later(RETRY)
    await office.deliver(webhooks)
    (first, body), (second, again) = system.received
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    assert (await office.delivery(PARQUET, channel="webhook"))["attempts"] == 2


@pytest.mark.parametrize("status", [400, 301, 410])
async def test_a_system_that_refuses_is_not_told_again(
    office: Office, system: System, webhooks: WebhookCarrier, status: int
) -> None:
    system.answers.append(status)
    await office.fact(convened(office, PARQUET))
    await office.deliver(webhooks)
    seen = await office.delivery(PARQUET, channel="webhook")
    assert (seen["state"], seen["proof"]) == ("failed", f"HTTP {status}")


async def test_a_system_that_is_away_holds_up_nobody_else(office: Office, webhooks: WebhookCarrier) -> None:
    away = f"http://{LOOPBACK}:{free_port()}/"
    assert (await office.change(AGGLO, webhook_url=away, webhook_secret=SECRET)).status_code == 200
    await office.fact(convened(office, PARQUET))
    await office.deliver(webhooks)
    assert (await office.delivery(AGGLO, channel="webhook"))["state"] == "retrying"
    assert (await office.delivery(PARQUET, channel="webhook"))["state"] == "sent"


async def test_the_secret_is_sealed_at_rest_and_never_shown(office: Office, webhooks: WebhookCarrier) -> None:
    (row,) = await office.api.rows("select webhook_secret from partner where webhook_secret is not null")
    assert SECRET.encode() not in row["webhook_secret"]
    shown = await office.coordinator.get(f"/api/partners/{office.ids[PARQUET]}")
    assert "secret" not in shown.text
    assert SECRET not in shown.text


async def test_the_secret_is_kept_while_the_address_stays(
    office: Office, system: System, webhooks: WebhookCarrier
) -> None:
    assert (await office.change(PARQUET, email=address(PARQUET), webhook_url=system.url)).status_code == 200
    await office.fact(convened(office, PARQUET))
    await office.deliver(webhooks)
    ((headers, body),) = system.received
    Webhook(SECRET).verify(body, headers)
    moved = await office.change(PARQUET, webhook_url=system.url + "/other")
    assert (moved.status_code, moved.json()["code"]) == (422, "WebhookSecretMissing")


@pytest.mark.parametrize("secret", ["whsec_short", "whsec_" + base64.b64encode(b"k" * 10).decode(), "é", "!!!!"])
async def test_a_secret_that_protects_nothing_is_refused(office: Office, secret: str) -> None:
    refused = await office.change(PARQUET, webhook_url="https://partner.example/hook", webhook_secret=secret)
    assert (refused.status_code, refused.json()["code"]) == (422, "WebhookSecretUnreadable")


async def test_what_is_posted_holds_no_address_and_no_text(
    office: Office, system: System, webhooks: WebhookCarrier
) -> None:
    await office.fact(convened(office, PARQUET))
    await office.deliver(webhooks)
    ((_, body),) = system.received
    assert set(orjson.loads(body)["data"]) == {"institution_id", "about", "about_id", "title", "address", "calendar"}
    assert b"@" not in body
