"""Spans of SQL statements, after the fact, by the current database conventions; texts hold placeholders only."""

from __future__ import annotations

import time
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import SpanKind, Status, StatusCode

tracer = trace.get_tracer("services.chassis.database")


def record_query(query: Any) -> None:
    """Called by asyncpg with each finished statement, in the context of the code that ran it."""
    if not trace.get_current_span().is_recording():
        return
    ended = time.time_ns()
    operation = operation_of(query.query)
    address, port = query.conn_addr if isinstance(query.conn_addr, tuple) else (query.conn_addr, None)
    attributes: dict[str, Any] = {
        "db.system.name": "postgresql",
        "db.namespace": query.conn_params.database or "",
        "db.operation.name": operation,
        "db.query.text": query.query,
        "server.address": str(address),
    }
    if port is not None:
        attributes["server.port"] = port
    span = tracer.start_span(
        operation, kind=SpanKind.CLIENT, attributes=attributes, start_time=ended - int(query.elapsed * 1e9)
    )
    if query.exception is not None:
        span.set_attribute("error.type", type(query.exception).__name__)
        if sqlstate := getattr(query.exception, "sqlstate", None):
            span.set_attribute("db.response.status_code", sqlstate)
        span.set_status(Status(StatusCode.ERROR))
    span.end(end_time=ended)


def operation_of(text: str) -> str:
    """The SQL keyword that leads the statement, in capitals."""
    words = text.split(None, 1)
    return words[0].rstrip(";").upper() if words else "EMPTY"
