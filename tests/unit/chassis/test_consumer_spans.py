"""What is told of a batch to a trace is bounded, and old records do not lengthen the traces they came from."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import get_current_span

from services.chassis.consumer import spans
from services.chassis.consumer.decoding import Incoming
from tests.support.messaging import envelope, fact, record

NOW = datetime.now(UTC).timestamp() * 1000


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(spans, "tracer", provider.get_tracer("test"))
    yield exporter
    provider.shutdown()


def incoming(number: int, *, flags: str = "01", age_hours: float = 0) -> Incoming:
    event = fact()
    parent = f"00-{number:032x}-{number:016x}-{flags}"
    made = record(event, 1)
    made.timestamp = NOW - age_hours * 3_600_000
    return Incoming(made, None, envelope(event, 1, traceparent=parent), event)


def batch_of(exported: InMemorySpanExporter) -> ReadableSpan:
    (found,) = [span for span in exported.get_finished_spans() if span.parent is None]
    return found


def messages_of(exported: InMemorySpanExporter) -> list[ReadableSpan]:
    return [span for span in exported.get_finished_spans() if span.parent is not None]


def told(batch: Sequence[Incoming]) -> None:
    with spans.processing(batch, "c") as span, span.messages(batch):
        pass


def test_a_batch_links_to_so_many_creations_and_says_how_many_it_left_out(exported: InMemorySpanExporter) -> None:
    told([incoming(number) for number in range(1, 501)])
    batch = batch_of(exported)
    assert [link.context.trace_id for link in batch.links] == list(range(1, spans.LINKS_AT_MOST + 1))
    assert (batch.attributes or {})["cispd.links_left_out"] == 500 - spans.LINKS_AT_MOST


def test_so_many_messages_of_a_batch_have_a_span_in_the_trace_of_their_creation(exported: InMemorySpanExporter) -> None:
    told([incoming(number) for number in range(1, 501)])
    assert [span.context.trace_id for span in messages_of(exported)] == list(range(1, spans.SPANS_AT_MOST + 1))


def test_events_applied_one_by_one_are_bounded_alike(exported: InMemorySpanExporter) -> None:
    batch = [incoming(number) for number in range(1, 501)]
    with spans.processing(batch, "c") as span:
        for each in batch:
            with span.message(each):
                pass
    assert len(messages_of(exported)) == spans.SPANS_AT_MOST


def test_an_old_record_is_told_by_a_link_only(exported: InMemorySpanExporter) -> None:
    told([incoming(1, age_hours=2)])
    assert [link.context.trace_id for link in batch_of(exported).links] == [1]
    assert messages_of(exported) == []


def test_what_an_old_record_causes_belongs_to_the_trace_of_the_batch(exported: InMemorySpanExporter) -> None:
    old = incoming(1, age_hours=2)
    with spans.processing([old], "c") as span, span.message(old):
        within = get_current_span().get_span_context()
    assert within.span_id == batch_of(exported).context.span_id


def test_what_a_young_record_causes_belongs_to_the_trace_that_created_it(exported: InMemorySpanExporter) -> None:
    young = incoming(1)
    with spans.processing([young], "c") as span, span.message(young):
        within = get_current_span().get_span_context()
    assert within.trace_id == 1


def test_a_batch_of_which_nothing_is_sampled_is_not_told_and_no_context_of_it_is_read(
    exported: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(_: str | None) -> None:
        pytest.fail("the context of an event that is not sampled was read")

    monkeypatch.setattr(spans, "context_of", read)
    told([incoming(number, flags="00") for number in range(1, 501)])
    assert exported.get_finished_spans() == ()
