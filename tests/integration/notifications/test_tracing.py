"""One trace from the act that caused a fact to the mail and to the fact that it was sent."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import format_span_id, format_trace_id

from services.chassis import outbox
from services.notifications import delivering
from tests.integration.notifications.office import AGGLO, TRACEPARENT, Office, convened


async def test_the_mail_belongs_to_the_trace_of_its_cause(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    for module in (delivering, outbox):
        monkeypatch.setattr(module, "tracer", provider.get_tracer("test"))
    await office.fact(convened(office, AGGLO))
    await office.deliver()

    (mail,) = [span for span in spans.get_finished_spans() if span.name == "send e-mail"]
    _, trace_id, cause, _ = TRACEPARENT.split("-")
    assert mail.context is not None
    assert format_trace_id(mail.context.trace_id) == trace_id
    assert mail.parent is not None
    assert format_span_id(mail.parent.span_id) == cause
    sent = await office.api.rows(
        "select headers->>'traceparent' as parent from outbox where headers->>'ce_type' like '%DeliverySent%'"
    )
    assert sent[0]["parent"].split("-")[1] == trace_id
    assert not any(
        "@" in str(value) for span in spans.get_finished_spans() for value in (span.attributes or {}).values()
    )
