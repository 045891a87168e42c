"""A Kafka client one of whose tasks has ended: aiokafka goes on as if nothing had happened, ours takes a new one."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.client import AIOKafkaClient
from aiokafka.conn import AIOKafkaConnection
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.errors import KafkaError
from aiokafka.protocol.fetch import FetchRequest
from prometheus_client import REGISTRY

from services.chassis import consumer
from services.chassis.fetching import FetchingEnded, check_fetching, close_connections
from services.chassis.keeping import keep_alive
from tests.support.effects import applied_is, recording
from tests.support.eventually import eventually
from tests.support.messaging import published

NewTopic = Callable[..., Awaitable[str]]
JOINED = "cispd_consumer_rebalances_total"


async def test_a_client_that_stopped_fetching_and_tells_nobody_is_replaced(
    process: Any,
    start: Any,
    admin: asyncpg.Connection,
    kafka: str,
    topic: NewTopic,
    effects: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As when a fetch is written to a connection that has just broken: with uvloop that is no OSError."""
    of, name = process(kafka=kafka), await topic(1)
    expected = await published(kafka, name, 20)
    to_break, send = [1], AIOKafkaConnection.send

    def on_a_broken_connection(self: Any, request: Any, *given: Any, **named: Any) -> Any:
        if isinstance(request, FetchRequest) and to_break:
            to_break.clear()
            raise RuntimeError("unable to perform operation on <TCPTransport closed=True>; the handler is closed")
        return send(self, request, *given, **named)

    monkeypatch.setattr(AIOKafkaConnection, "send", on_a_broken_connection)
    usual = AIOKafkaConsumer(name, bootstrap_servers=kafka, auto_offset_reset="earliest")
    await usual.start()
    await eventually(lambda: not to_break)
    with pytest.raises(FetchingEnded):
        await eventually(lambda: check_fetching(usual))
    assert await usual.getmany(timeout_ms=1_000) == {}
    with suppress(RuntimeError, KafkaError):
        await usual.stop()
    await close_connections(usual)

    to_break.append(1)
    start(of, consumer.run(of, recording(name)))
    await eventually(lambda: applied_is(admin, expected))
    assert not to_break


async def test_a_client_whose_heartbeat_ended_is_replaced(
    process: Any,
    start: Any,
    admin: asyncpg.Connection,
    kafka: str,
    topic: NewTopic,
    effects: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of, name = process(kafka=kafka), await topic(1)
    to_break, heartbeat = [], GroupCoordinator._do_heartbeat

    async def on_a_broken_connection(self: GroupCoordinator) -> bool:
        if to_break:
            to_break.clear()
            raise RuntimeError("unable to perform operation on <TCPTransport closed=True>; the handler is closed")
        return await heartbeat(self)

    monkeypatch.setattr(GroupCoordinator, "_do_heartbeat", on_a_broken_connection)
    start(of, keep_alive(of, "consumer", lambda: consumer.run(of, recording(name))))
    expected = await published(kafka, name, 5)
    await eventually(lambda: applied_is(admin, expected))
    joined = REGISTRY.get_sample_value(JOINED)
    assert joined
    to_break.append(1)
    await eventually(lambda: (REGISTRY.get_sample_value(JOINED) or 0) > joined)
    expected |= await published(kafka, name, 5)
    await eventually(lambda: applied_is(admin, expected))


async def test_a_client_that_asks_no_more_about_its_topics_is_replaced(
    process: Any,
    start: Any,
    admin: asyncpg.Connection,
    kafka: str,
    topic: NewTopic,
    effects: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without an answer to that question it would never find its group again once the broker has gone."""
    of, name = process(kafka=kafka), await topic(1)
    members: list[AIOKafkaClient] = []
    to_break, ask = [], AIOKafkaClient._metadata_update

    async def on_a_broken_connection(self: AIOKafkaClient, *given: Any) -> bool:
        if of.service_name in self._client_id:
            members.append(self)
            if to_break:
                to_break.clear()
                raise RuntimeError("unable to perform operation on <TCPTransport closed=True>; the handler is closed")
        return await ask(self, *given)

    monkeypatch.setattr(AIOKafkaClient, "_metadata_update", on_a_broken_connection)
    start(of, consumer.run(of, recording(name)))
    expected = await published(kafka, name, 5)
    await eventually(lambda: applied_is(admin, expected))
    joined = REGISTRY.get_sample_value(JOINED)
    assert joined
    member = members[0]
    to_break.append(1)
    member.force_metadata_update()
    await eventually(lambda: not to_break)
    await eventually(lambda: (REGISTRY.get_sample_value(JOINED) or 0) > joined)
    assert all(connection._reader is None for connection in member._conns.values())
    expected |= await published(kafka, name, 5)
    await eventually(lambda: applied_is(admin, expected))
