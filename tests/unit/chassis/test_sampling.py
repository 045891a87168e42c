"""Which traces are recorded: a share of those that begin here, and all that somebody else began to record."""

from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

from services.chassis import telemetry


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`provider(ratio)`: what a process with this setting sends its spans through."""
    made: list[TracerProvider] = []
    # The process of the tests keeps its own logs and its own provider.
    monkeypatch.setattr(telemetry, "_set_up_logs", lambda *_: None)
    monkeypatch.setattr(telemetry.trace, "set_tracer_provider", made.append)

    def create(ratio: float) -> TracerProvider:
        telemetry.set_up("meetings", "api", "http://127.0.0.1:9", ratio)
        return made[-1]

    yield create
    for each in made:
        each.shutdown()


def recorded(provider: TracerProvider, times: int) -> int:
    tracer = provider.get_tracer("test")
    return sum(tracer.start_span("request").is_recording() for _ in range(times))


@pytest.mark.parametrize(("ratio", "least", "most"), [(1.0, 1_000, 1_000), (0.0, 0, 0), (0.25, 150, 350)])
def test_the_setting_is_the_share_of_new_traces_that_is_recorded(
    provider: Any, ratio: float, least: int, most: int
) -> None:
    assert least <= recorded(provider(ratio), 1_000) <= most


@pytest.mark.parametrize("sampled", [True, False])
def test_who_goes_on_with_a_trace_keeps_to_what_was_decided_where_it_began(provider: Any, sampled: bool) -> None:
    began = SpanContext(1, 1, is_remote=True, trace_flags=TraceFlags(int(sampled)))
    tracer = provider(0.0 if sampled else 1.0).get_tracer("test")
    span = tracer.start_span("process", context=set_span_in_context(NonRecordingSpan(began)))
    assert span.is_recording() is sampled
