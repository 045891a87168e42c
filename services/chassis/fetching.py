"""Whether a Kafka client is whole: whether the tasks that fetch and that ask about topics still run.

aiokafka's tasks can end by an exception it did not foresee (with uvloop a write to a connection that has just broken
raises RuntimeError, not OSError). The client says so to nobody. Without the one that fetches it keeps its partitions,
beats on, and hands out nothing for ever; its stop then trips over what is left of that task. Without the one that asks
whoever waits to know more of the topics waits for ever.
"""

from __future__ import annotations

import asyncio

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError


class FetchingEnded(KafkaError):  # type: ignore[misc]
    """The client fetches no more; only a new one will."""


class AskingEnded(KafkaError):  # type: ignore[misc]
    """The client asks no more about its topics; only a new one will."""


def check_fetching(client: AIOKafkaConsumer) -> None:
    """Raises FetchingEnded or AskingEnded when such a task of a started `client` has ended."""
    if (fetching := client._fetcher.error_future).done():
        raise FetchingEnded("the Kafka client fetches no more; a new one is made") from _what_ended(fetching)
    _check_asking(client._client)


async def update_metadata(client: AIOKafkaClient) -> bool:
    """Whether a broker said what it knows of the topics of a started `client`. Raises AskingEnded."""
    _check_asking(client)
    updated, asking = client.force_metadata_update(), client._sync_task
    await asyncio.wait({updated, asking}, return_when=asyncio.FIRST_COMPLETED)
    if not updated.done():
        _check_asking(client)
    return bool(await updated)


def _check_asking(client: AIOKafkaClient) -> None:
    asking = client._sync_task
    if asking is None or asking.done():
        cause = _what_ended(asking) if asking is not None else None
        raise AskingEnded("the Kafka client asks no more about its topics; a new one is made") from cause


def _what_ended(task: asyncio.Task[None]) -> BaseException | None:
    return None if task.cancelled() else task.exception()


async def close_connections(client: AIOKafkaConsumer | AIOKafkaProducer) -> None:
    """Closes what a stop leaves open that tripped over the end of one of the client's tasks. Safe to call twice."""
    inner: AIOKafkaClient = client.client if isinstance(client, AIOKafkaProducer) else client._client
    if inner._sync_task is not None and inner._sync_task.done():
        inner._sync_task = None  # its close would raise again what ended that task, and close nothing
    await inner.close()
