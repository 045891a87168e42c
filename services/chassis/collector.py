"""Spans to an OTLP/HTTP collector, for a process that has one."""

from __future__ import annotations

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased


def provider_to(otlp_endpoint: str, ratio: float, attributes: dict[str, str]) -> TracerProvider:
    """Records `ratio` of the traces: decided where a trace begins, kept by whoever goes on with it.

    Spans leave in batches from a thread of their own, so that a dead collector slows nothing.
    """
    provider = TracerProvider(resource=Resource.create({**attributes}), sampler=ParentBased(TraceIdRatioBased(ratio)))
    exporter = OTLPSpanExporter(endpoint=f"{otlp_endpoint.rstrip('/')}/v1/traces", timeout=2)
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=500))
    return provider
