"""A consumer in a process of its own, to be asked to stop; its handler takes a second for each batch."""

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

from pydantic import SecretStr

from deploy.local.ports import free_port
from services.chassis import telemetry
from services.chassis.act import Act
from services.chassis.process import run
from services.chassis.roles import Role
from services.chassis.service import Service
from services.chassis.settings import Settings
from services.chassis.subscriptions import Fact
from tests.support.effects import Kind
from tests.support.messaging import OnTopics

INSERT = "insert into effect (key, version) select * from unnest($1::text[], $2::bigint[])"


def slow(topic: str) -> OnTopics:
    subscriptions = OnTopics(topic)

    @subscriptions.on_batch(Kind)
    async def on_facts(facts: Sequence[Fact[Any]], act: Act) -> None:
        await act.tx.execute(INSERT, [each.event.key for each in facts], [each.cause.sequence for each in facts])
        await act.tx.execute("select pg_sleep(1)")

    return subscriptions


if __name__ == "__main__":
    url, kafka, name, topic = sys.argv[1:5]
    telemetry.set_up(name, "consumer", None)
    settings = Settings(
        database_url=SecretStr(url),
        kafka_bootstrap_servers=kafka,
        oidc_issuer="http://127.0.0.1",
        oidc_client_secret=SecretStr("x"),
        public_url="http://127.0.0.1",
        session_key=SecretStr("x" * 32),
        ledger_key=SecretStr("x" * 32),
        http_port=free_port(),
        consumer_batch=20,
        grace_seconds=10,
    )
    service = Service(name=name, package="services.chassis", subscriptions=slow(topic))
    asyncio.run(run(service, Role.CONSUMER, settings))
