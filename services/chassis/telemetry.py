"""Traces, logs and metrics: set up once a process, the same for every service and role."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from services.chassis.faults_told import places_of
from services.chassis.log_repeats import Repeats

tracer = trace.get_tracer("cispd")
_TRACEPARENT = re.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_propagator = TraceContextTextMapPropagator()


def set_up(service: str, role: str, otlp_endpoint: str | None, ratio: float = 1.0) -> None:
    """Logs as JSON lines on standard output; `ratio` of the traces to an OTLP/HTTP collector when there is one."""
    _set_up_logs(service, role)
    if otlp_endpoint is None:
        return
    # Here, because the SDK and its exporter are a quarter of a second of CPU that most processes have no use for.
    from services.chassis.collector import provider_to

    attributes = {"service.name": f"cispd-{service}", "cispd.role": role}
    trace.set_tracer_provider(provider_to(otlp_endpoint, ratio, attributes))


def tear_down() -> None:
    """Sends what is still waiting; gives up soon."""
    provider = trace.get_tracer_provider()
    if flush := getattr(provider, "force_flush", None):  # only the SDK's, set up when there is a collector
        flush(2_000)
        provider.shutdown()  # type: ignore[attr-defined]


def current_traceparent() -> str | None:
    """The W3C `traceparent` of the current span, None outside of one that is recorded."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get("traceparent")


def context_of(traceparent: str | None) -> trace.SpanContext | None:
    """The span context that a `traceparent` names, None when it names none."""
    if not traceparent:
        return None
    if as_we_write := _TRACEPARENT.fullmatch(traceparent):
        # The propagator takes six times as long, and a batch has hundreds.
        trace_id, span_id, flags = (int(part, 16) for part in as_we_write.groups())
        context = trace.SpanContext(trace_id, span_id, is_remote=True, trace_flags=trace.TraceFlags(flags))
        return context if context.is_valid else None
    found = trace.get_current_span(_propagator.extract({"traceparent": traceparent})).get_span_context()
    return found if found.is_valid else None


def _set_up_logs(service: str, role: str) -> None:
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _add(service=service, role=role),
        _trace_id,
        _fault_without_words,
    ]
    told: list[Any] = [*shared, _held_back]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=told,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    # These repeat at INFO what our own lines say, some with addresses that carry a query.
    for noisy in ("httpx", "httpx2", "aiokafka", "faststream", "uvicorn.access", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    handler.addFilter(Repeats())


def _held_back(_: Any, __: str, line: dict[str, Any]) -> dict[str, Any]:
    count = getattr(line.get("_record"), "held_back", 0)
    return line | {"held_back": count} if count else line


def _add(**fixed: str) -> Any:
    def add(_: Any, __: str, line: dict[str, Any]) -> dict[str, Any]:
        return line | fixed

    return add


def _trace_id(_: Any, __: str, line: dict[str, Any]) -> dict[str, Any]:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        line["trace_id"] = trace.format_trace_id(context.trace_id)
        line["span_id"] = trace.format_span_id(context.span_id)
    return line


def _fault_without_words(_: Any, __: str, line: dict[str, Any]) -> dict[str, Any]:
    """An exception becomes its type and its places: its message may quote what somebody typed."""
    given = line.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        line["error"] = type(error).__name__
        line["at"] = places_of(error)[-8:]
    return line
