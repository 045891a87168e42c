"""What a trace tells of a batch: one span that links to what it was made of, and a few in the traces of the causes.

A batch span is never a child of a message's creation, so that no trace grows with what is read again. A message that
is young also gets a span of its own in the trace that created it; how many, and how many links, is bounded.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import INVALID_SPAN, Link, NonRecordingSpan, Span, SpanContext, SpanKind, StatusCode

from services.chassis.clock import Clock
from services.chassis.consumer.decoding import Incoming
from services.chassis.telemetry import context_of

tracer = trace.get_tracer("services.chassis.consumer")

LINKS_AT_MOST = 64
SPANS_AT_MOST = 8
YOUNG_SECONDS = 3600.0


class BatchSpan:
    """The span of one batch, and what may still be told of single messages."""

    def __init__(self, span: Span, consumer: str) -> None:
        self._span = span
        self._consumer = consumer
        # Without a span of the batch nothing of it is sampled: no record is looked at again.
        self._left = 0 if span is INVALID_SPAN else SPANS_AT_MOST
        self._oldest = (Clock.wall().timestamp() - YOUNG_SECONDS) * 1000

    @contextmanager
    def message(self, incoming: Incoming) -> Iterator[None]:
        """The time in which one event is applied, told in the trace of its creation while that is young."""
        creation = self._told(incoming)
        if creation is None:
            with trace.use_span(self._untold(incoming)):
                yield
            return
        with self._within(incoming, creation) as span, _failing(span):
            yield

    @contextmanager
    def messages(self, run: Sequence[Incoming]) -> Iterator[None]:
        """The time in which a batch handler has the events of `run`."""
        began = time.time_ns()
        yield
        for incoming in run:
            if self._left == 0:
                return
            if (creation := self._told(incoming)) is not None:
                with self._within(incoming, creation, began):
                    pass

    def _told(self, incoming: Incoming) -> SpanContext | None:
        """The creation in whose trace a span of this message belongs; None when it has none or no more are told."""
        if self._left == 0 or not self._is_young(incoming) or not _is_sampled(incoming):
            return None
        self._left -= 1
        return _creation(incoming)

    def _untold(self, incoming: Incoming) -> Span:
        """Records nothing; what the handler causes stays in the trace of the creation, or of this batch when old."""
        creation = _creation(incoming)
        if creation is None:
            return INVALID_SPAN
        goes_on = self._is_young(incoming) or not creation.trace_flags.sampled
        return NonRecordingSpan(creation if goes_on else self._span.get_span_context())

    def _is_young(self, incoming: Incoming) -> bool:
        return bool(incoming.record.timestamp >= self._oldest)

    def _within(self, incoming: Incoming, creation: SpanContext, began: int | None = None) -> Any:
        record, envelope = incoming.record, incoming.envelope
        return tracer.start_as_current_span(
            f"process {record.topic}",
            context=trace.set_span_in_context(NonRecordingSpan(creation)),
            kind=SpanKind.CONSUMER,
            start_time=began,
            attributes={
                **_always(self._consumer),
                "messaging.destination.name": record.topic,
                "messaging.destination.partition.id": str(record.partition),
                "messaging.kafka.offset": record.offset,
                "messaging.message.id": envelope.id if envelope else "",
            },
            links=[Link(self._span.get_span_context())] if self._span.is_recording() else [],
            record_exception=False,
            set_status_on_exception=False,
        )


@contextmanager
def processing(batch: Sequence[Incoming], consumer: str) -> Iterator[BatchSpan]:
    """The time in which the events of `batch` are applied; nothing is told when none of their traces is sampled."""
    sampled = [incoming for incoming in batch if _is_sampled(incoming)]
    if not sampled:
        yield BatchSpan(INVALID_SPAN, consumer)
        return
    topics = {incoming.record.topic for incoming in batch}
    attributes = {**_always(consumer), "messaging.batch.message_count": len(batch)}
    if len(topics) == 1:
        attributes["messaging.destination.name"] = batch[0].record.topic
    if len(sampled) > LINKS_AT_MOST:
        attributes["cispd.links_left_out"] = len(sampled) - LINKS_AT_MOST
    with (
        tracer.start_as_current_span(
            f"process {batch[0].record.topic}" if len(topics) == 1 else "process",
            kind=SpanKind.CONSUMER,
            attributes=attributes,
            links=[Link(creation) for each in sampled[:LINKS_AT_MOST] if (creation := _creation(each)) is not None],
            record_exception=False,
            set_status_on_exception=False,
        ) as span,
        _failing(span),
    ):
        yield BatchSpan(span, consumer)


@contextmanager
def _failing(span: Span) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # The type only: a message may quote what somebody typed.
        span.set_attribute("error.type", type(error).__name__)
        span.set_status(StatusCode.ERROR)
        raise


def _always(consumer: str) -> dict[str, Any]:
    return {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.consumer.group.name": consumer,
    }


def _creation(incoming: Incoming) -> SpanContext | None:
    return None if incoming.envelope is None else context_of(incoming.envelope.traceparent)


def _is_sampled(incoming: Incoming) -> bool:
    """By the last bit of the flags, without reading the rest: a batch has hundreds."""
    traceparent = None if incoming.envelope is None else incoming.envelope.traceparent
    return traceparent is not None and traceparent[-1:] in ODD


ODD = frozenset("13579bdf")
