"""Whether a Kafka client still fetches.

aiokafka's task that fetches can end by an exception it did not foresee (with uvloop a write to a connection that has
just broken raises RuntimeError, not OSError). The client says so to nobody: it keeps its partitions, beats on, and
hands out nothing for ever. Its stop then trips over what is left of that task.
"""

from __future__ import annotations

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError


class FetchingEnded(KafkaError):  # type: ignore[misc]
    """The client fetches no more; only a new one will."""


def check_fetching(client: AIOKafkaConsumer) -> None:
    """Raises FetchingEnded when the task of a started `client` that fetches has ended."""
    fetching = client._fetcher.error_future
    if fetching.done():
        cause = None if fetching.cancelled() else fetching.exception()
        raise FetchingEnded("the Kafka client fetches no more; a new one is made") from cause


async def close_connections(client: AIOKafkaConsumer) -> None:
    """Closes what a stop leaves open that tripped over the end of the client's own fetching. Safe to call twice."""
    await client._client.close()
