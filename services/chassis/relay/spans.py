"""One span per sampled event for the time between outbox and acknowledgement, in the trace that caused the event."""

from __future__ import annotations

import time
from collections.abc import Sequence

from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanKind

from services.chassis.relay.cursor import Row
from services.chassis.telemetry import context_of

tracer = trace.get_tracer("services.chassis.relay")
SAMPLED = frozenset("13579bdf")


def record_sends(rows: Sequence[Row], place: tuple[str, int], began: int) -> None:
    """Spans `send {topic}` from `began` (ns since the epoch) to now; none for events whose trace is not sampled."""
    topic, partition = place
    ended = time.time_ns()
    for row in rows:
        traceparent = row["headers"].get("traceparent")
        # Parsing costs more than sending does, so the flags are looked at first: the last digit is odd when sampled.
        if traceparent is None or traceparent[-1:] not in SAMPLED:
            continue
        creation = context_of(traceparent)
        if creation is None or not creation.trace_flags.sampled:
            continue
        span = tracer.start_span(
            f"send {topic}",
            context=trace.set_span_in_context(NonRecordingSpan(creation)),
            kind=SpanKind.CLIENT,
            start_time=began,
            attributes={
                "messaging.system": "kafka",
                "messaging.operation.name": "send",
                "messaging.operation.type": "send",
                "messaging.destination.name": topic,
                "messaging.destination.partition.id": str(partition),
                "messaging.message.id": row["headers"]["ce_id"],
            },
        )
        span.end(end_time=ended)
