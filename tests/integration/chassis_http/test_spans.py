"""Nothing but our own code makes spans: a framework's would name what somebody sent."""

from __future__ import annotations

from uuid import uuid4

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.meetings.service import SERVICE
from tests.support.api import NewApi


async def test_the_framework_adds_no_spans_of_its_own(service_api: NewApi, monkeypatch: pytest.MonkeyPatch) -> None:
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    api = await service_api(SERVICE)
    await api.caller("coordinator").get("/api/meetings")
    await api.caller("coordinator").put(f"/api/institutions/{uuid4()}", json={"name": "Jean Dupont"})
    assert [span.name for span in spans.get_finished_spans()] == []
