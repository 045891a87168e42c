"""What relay and consumer tell under the names of OpenTelemetry's messaging conventions."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import asyncpg
from prometheus_client import REGISTRY

from services.chassis import consumer, outbox, relay
from services.chassis.act import Act
from tests.support.effects import Kind, applied_is
from tests.support.eventually import eventually
from tests.support.messaging import OnTopics, append_rows

NewTopic = Callable[..., Awaitable[str]]


def told(name: str, operation: str, group: str | None, topic: str, error_type: str = "") -> float:
    labels = {
        "messaging_operation_name": operation,
        "messaging_system": "kafka",
        "messaging_destination_name": topic,
        "error_type": error_type,
    }
    if group is not None:
        labels["messaging_consumer_group_name"] = group
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_the_way_of_an_event_is_told_under_the_names_of_the_conventions(
    process: Any, start: Any, admin: asyncpg.Connection, kafka: str, topic: NewTopic, effects: None
) -> None:
    of, name, key, failures = process(kafka=kafka), await topic(1), uuid4(), []
    group, subscriptions = of.service_name, OnTopics(name)

    @subscriptions.on(Kind)
    async def on_fact(event: Any, act: Act) -> None:
        assert act.cause is not None
        await act.tx.execute("insert into effect (key, version) values ($1, $2)", event.key, act.cause.sequence)
        if not failures:
            failures.append(1)
            raise ConnectionResetError

    start(of, relay.run(of))
    start(of, consumer.run(of, subscriptions))
    async with of.database.transaction() as tx:
        await append_rows(tx, name, [(key, 1), (key, 2)])
    outbox.wake(of.database)
    await eventually(lambda: applied_is(admin, {str(key): [1, 2]}))

    # Told once the cursor has moved, which the consumer does not wait for.
    await eventually(lambda: told("messaging_client_sent_messages_total", "send", None, name) == 2)
    assert told("messaging_client_operation_duration_seconds_count", "send", "", name) >= 1
    assert told("messaging_client_operation_duration_seconds_count", "poll", group, "") >= 2
    # At least once more than there are: the batch was undone and came again.
    assert told("messaging_client_consumed_messages_total", "poll", group, name) >= 3
    process_duration = "messaging_process_duration_seconds_count"
    assert told(process_duration, "process", group, name, "ConnectionResetError") == 1
    await eventually(lambda: told(process_duration, "process", group, name) >= 1)
