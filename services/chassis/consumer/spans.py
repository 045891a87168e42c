"""A span per event that is worked on, in the trace of what caused it; none for what is only read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Link, NonRecordingSpan, SpanKind, StatusCode

from services.chassis.consumer.decoding import Incoming
from services.chassis.telemetry import context_of

tracer = trace.get_tracer("services.chassis.consumer")


@contextmanager
def processing(incoming: Incoming, consumer: str) -> Iterator[None]:
    """The time in which one event is applied: a child of the context in which the event was created."""
    envelope, record = incoming.envelope, incoming.record
    assert envelope is not None
    creation = context_of(envelope.traceparent)
    parent = None if creation is None else trace.set_span_in_context(NonRecordingSpan(creation))
    attributes = {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": record.topic,
        "messaging.destination.partition.id": str(record.partition),
        "messaging.kafka.offset": record.offset,
        "messaging.consumer.group.name": consumer,
        "messaging.message.id": envelope.id,
    }
    with tracer.start_as_current_span(
        f"process {record.topic}",
        context=parent,
        kind=SpanKind.CONSUMER,
        attributes=attributes,
        links=[] if creation is None else [Link(creation)],
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield
        except Exception as error:
            # The type only: a message may quote what somebody typed.
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(StatusCode.ERROR)
            raise
