"""FastStream around the consume step: it connects, joins the group, fetches and drains; the step is `batches`.

None of its promises is relied on: it is told to acknowledge nothing, its parser is replaced by one that cannot fail,
and the handler it calls never raises. What a batch means and whether it counts is decided in PostgreSQL.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Iterable
from itertools import chain, groupby
from operator import attrgetter
from time import monotonic
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import ConsumerStoppedError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.message import StreamMessage

from services.chassis import messaging_metrics
from services.chassis.consumer.appetite import Appetite
from services.chassis.consumer.batches import Records
from services.chassis.fetching import check_fetching, close_connections
from services.chassis.running import Running

LONGEST_WAIT_MILLISECONDS = 1_000
_log = logging.getLogger("faststream")


class Shell:
    """One member of the consumer group, which hands every fetch to `take`, one after the other."""

    def __init__(
        self,
        running: Running,
        topics: Iterable[str],
        take: Callable[[Records], Awaitable[None]],
        listener: ConsumerRebalanceListener,
    ) -> None:
        self._take = take
        self._group = running.service_name
        self.appetite = Appetite(running.settings.consumer_batch)
        self._drain = running.settings.grace_seconds
        self._fault: Exception | None = None
        self._broker = KafkaBroker(
            running.settings.kafka_bootstrap_servers,
            client_id=f"cispd-{running.service_name}-{socket.gethostname()}",
            consumer_only=True,
            allow_auto_create_topics=False,
            apply_types=False,
            graceful_timeout=self._drain,
            logger=_log,
        )
        self._subscriber: Any = self._broker.subscriber(
            *topics,
            batch=True,
            group_id=self._group,
            group_instance_id=running.settings.consumer_instance,
            auto_offset_reset="earliest",
            session_timeout_ms=6_000,
            heartbeat_interval_ms=1_500,
            rebalance_timeout_ms=20_000,
            listener=listener,
            ack_policy=AckPolicy.MANUAL,
            no_reply=True,
            parser=_as_it_came,
            decoder=_as_it_is,
        )
        self._subscriber(self._handle)
        # FastStream sleeps after a fetch that came back empty, so that a record may wait for nothing: ours does not
        # come back without records.
        self._subscriber.get_msg = self._fetch  # type: ignore[method-assign, assignment]

    @property
    def client(self) -> AIOKafkaConsumer:
        """The member itself, once started: for seeking, committing and looking at what is assigned."""
        return self._subscriber.consumer

    async def start(self) -> None:
        """Joins the group. Raises KafkaError while Kafka is away."""
        await self._broker.start()

    def check(self) -> None:
        """Raises what ended the fetching or the membership of the group, if anything did: only a new client goes on."""
        if self._fault is not None:
            raise self._fault
        check_fetching(self.client)

    async def stop(self) -> None:
        """Leaves the group once the batch in hand has ended. Raises TimeoutError when that takes too long."""
        try:
            await asyncio.wait_for(self._broker.stop(), self._drain + 5)
        finally:
            if self.client is not None:
                await close_connections(self.client)

    async def _fetch(self, client: AIOKafkaConsumer) -> tuple[ConsumerRecord, ...]:
        while True:
            began = monotonic()
            try:
                fetched = await client.getmany(timeout_ms=LONGEST_WAIT_MILLISECONDS, max_records=self.appetite.now)
            except ConsumerStoppedError:
                raise
            except Exception as fault:
                # A task of the client's has ended. FastStream would ask it again for ever, or end its own in silence.
                self._fault = fault
                raise
            messaging_metrics.operated("poll", monotonic() - began, group=self._group)
            if fetched:
                for tp, records in fetched.items():
                    messaging_metrics.consumed(self._group, tp.topic, len(records))
                return tuple(chain.from_iterable(fetched.values()))

    async def _handle(self, fetched: tuple[ConsumerRecord, ...]) -> None:
        places = groupby(fetched, key=attrgetter("topic", "partition"))
        await self._take({TopicPartition(*place): list(records) for place, records in places})


async def _as_it_came(fetched: Any) -> StreamMessage[Any]:
    return StreamMessage(fetched, body=fetched)


async def _as_it_is(message: StreamMessage[Any]) -> Any:
    return message.body
