"""A broker that forbids a topic: only what is forbidden waits, it is told, and it goes out in order once allowed."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)
from prometheus_client import REGISTRY

from deploy.local.kafka import Kafka
from deploy.local.ports import free_port
from services.chassis import relay
from tests.support.eventually import eventually
from tests.support.messaging import Order, append_rows, read_topic
from tests.support.topics import Topics

AUTHORISING = """\
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=true
"""


class AuthorisingKafka(Kafka):
    """A broker where everything is allowed that no ACL forbids."""

    def prepare(self) -> None:
        super().prepare()
        self.properties.write_text(self.properties.read_text() + AUTHORISING)


@pytest.fixture(scope="module")
async def strict_kafka() -> AsyncIterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="cispd-test-"))
    broker = AuthorisingKafka(folder / "kafka", free_port(), folder / "kafka.log")
    broker.start()
    yield broker.bootstrap
    broker.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def strict_topic(strict_kafka: str) -> AsyncIterator[Callable[..., Awaitable[str]]]:
    topics = Topics(strict_kafka)
    yield topics.create
    await topics.remove_all()


async def forbid(bootstrap: str, topic: str) -> None:
    """Nobody may write on the topic; reading it stays allowed."""
    wanted = (ResourceType.TOPIC, topic, ResourcePatternType.LITERAL, "User:ANONYMOUS", "*")
    rules = [
        AclBinding(*wanted, AclOperation.WRITE, AclPermissionType.DENY),
        AclBinding(*wanted, AclOperation.READ, AclPermissionType.ALLOW),
        AclBinding(*wanted, AclOperation.DELETE, AclPermissionType.ALLOW),
    ]
    await asyncio.to_thread(_administer, bootstrap, lambda admin: admin.create_acls(rules))


async def allow(bootstrap: str, topic: str) -> None:
    found = (ResourceType.TOPIC, topic, ResourcePatternType.LITERAL, None, None)
    filters = [AclBindingFilter(*found, AclOperation.ANY, AclPermissionType.ANY)]
    await asyncio.to_thread(_administer, bootstrap, lambda admin: admin.delete_acls(filters))


def _administer(bootstrap: str, act: Callable[[AdminClient], dict[Any, Any]]) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for answer in act(admin).values():
        answer.result(30)


async def published(admin: asyncpg.Connection, rows: int) -> bool:
    return await admin.fetchval("select coalesce(sum(published), 0) >= $1 from outbox_cursor", rows)


def refusals(topic: str) -> float:
    labels = {"messaging_destination_name": topic, "error_type": "TopicAuthorizationFailedError"}
    labels |= {"messaging_operation_name": "send", "messaging_system": "kafka"}
    return REGISTRY.get_sample_value("messaging_client_sent_messages_total", labels) or 0.0


async def test_what_we_may_not_write_waits_and_is_told_while_the_rest_flows(
    process: Any, start: Any, admin: asyncpg.Connection, strict_kafka: str, strict_topic: Any
) -> None:
    of, forbidden, free = process(kafka=strict_kafka), await strict_topic(2), await strict_topic(2)
    stopped, flowing = uuid4(), uuid4()
    await forbid(strict_kafka, forbidden)
    async with of.database.transaction() as tx:
        await append_rows(tx, forbidden, [(stopped, 1), (stopped, 2)])
        await append_rows(tx, free, [(flowing, 1), (flowing, 2)])
    start(of, relay.run(of))
    await eventually(lambda: published(admin, 2), within=30)
    assert Order.of(await read_topic(strict_kafka, free)).first == {str(flowing): [1, 2]}
    held = await admin.fetch("select reason from outbox_held order by id")
    assert [row["reason"] for row in held] == ["TopicAuthorizationFailedError", None]
    await admin.execute("update outbox_held set next_at = now()")
    await eventually(lambda: refusals(forbidden) >= 2, within=30)

    async with of.database.transaction() as tx:
        await append_rows(tx, forbidden, [(stopped, 3)])
        await append_rows(tx, free, [(flowing, 3)])
    await eventually(lambda: published(admin, 3), within=30)
    await allow(strict_kafka, forbidden)
    await admin.execute("update outbox_held set next_at = now()")
    await eventually(lambda: admin.fetchval("select count(*) = 0 from outbox_held"), within=60)
    assert Order.of(await read_topic(strict_kafka, forbidden)).first == {str(stopped): [1, 2, 3]}
    assert Order.of(await read_topic(strict_kafka, free)).first == {str(flowing): [1, 2, 3]}
