"""A span, a measure and a log line for each request, named by its route and never by what is in it."""

from __future__ import annotations

import time
from typing import Any

import structlog
from opentelemetry import trace
from opentelemetry.propagate import extract, get_global_textmap
from opentelemetry.trace import SpanKind, StatusCode
from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.telemetry import tracer

_log = structlog.get_logger()
_DURATION = Histogram(
    "http_server_request_duration_seconds",
    "Duration of HTTP requests",
    ["http_request_method", "http_route", "http_response_status_code"],
)
# The headers that carry a trace; a request has a dozen others.
_CARRIED = frozenset(name.encode("latin-1") for name in get_global_textmap().fields)
_QUIET = ("/health/", "/metrics", "/assets/")


class Tracing:
    """HTTP server spans after OpenTelemetry's stable conventions; query strings are left out on purpose."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_QUIET):
            await self.app(scope, receive, send)
            return
        status = 500
        started = time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        carried = {key.decode(): value.decode("latin-1") for key, value in scope["headers"] if key in _CARRIED}
        with tracer.start_as_current_span(
            scope["method"], context=extract(carried) if carried else None, kind=SpanKind.SERVER, record_exception=False
        ) as span:
            try:
                await self.app(scope, receive, noted)
            finally:
                route = _route(scope)
                _describe(span, scope, route, status)
                seconds = time.perf_counter() - started
                _DURATION.labels(scope["method"], route, str(status)).observe(seconds)
                _log.info(
                    "http.request", method=scope["method"], route=route, status=status, ms=round(seconds * 1e3, 1)
                )


def _route(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", "") or "unmatched")


def _describe(span: trace.Span, scope: Scope, route: str, status: int) -> None:
    span.update_name(f"{scope['method']} {route}")
    attributes: dict[str, Any] = {
        "http.request.method": scope["method"],
        "http.route": route,
        "http.response.status_code": status,
        "url.scheme": scope.get("scheme", "http"),
    }
    span.set_attributes(attributes)
    if status >= 500:
        span.set_attribute("error.type", str(status))
        span.set_status(StatusCode.ERROR)
