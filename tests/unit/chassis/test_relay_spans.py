"""A span for each sampled event that was sent, and no work for the others."""

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.chassis.relay import spans

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(spans, "tracer", provider.get_tracer("test"))
    yield exporter
    provider.shutdown()


def row(flags: str | None) -> dict[str, Any]:
    traceparent = {} if flags is None else {"traceparent": f"00-{TRACE}-{SPAN}-{flags}"}
    return {"headers": {"ce_id": "an-id", **traceparent}}


def test_a_sampled_event_has_a_span_in_the_trace_that_caused_it(exported: InMemorySpanExporter) -> None:
    spans.record_sends([row("01")], ("t", 3), began=1)
    (span,) = exported.get_finished_spans()
    assert span.name == "send t"
    assert span.parent is not None
    assert (f"{span.parent.trace_id:032x}", f"{span.parent.span_id:016x}") == (TRACE, SPAN)
    assert dict(span.attributes or {}) == {
        "messaging.system": "kafka",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.destination.name": "t",
        "messaging.destination.partition.id": "3",
        "messaging.message.id": "an-id",
    }


def test_events_that_are_not_sampled_cost_neither_a_span_nor_the_reading_of_their_context(
    exported: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(_: str | None) -> None:
        pytest.fail("the context of an event that is not sampled was read")

    monkeypatch.setattr(spans, "context_of", read)
    spans.record_sends([row("00"), row("02"), row(None)] * 1_000, ("t", 0), began=1)
    assert exported.get_finished_spans() == ()
