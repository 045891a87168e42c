"""OpenTelemetry's messaging instruments under the names Prometheus gives them, for relay and consumer.

Source: semantic conventions for messaging client metrics (status: development). What they have no instrument for is
told under `cispd_`. A label that does not apply is empty, which to Prometheus is the same as absent.
"""

from __future__ import annotations

from prometheus_client import Counter, Histogram

SYSTEM = "kafka"
_CLIENT = ("messaging_operation_name", "messaging_system", "messaging_destination_name", "error_type")
_GROUP = ("messaging_consumer_group_name", *_CLIENT)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)

_SENT = Counter(
    "messaging_client_sent_messages_total", "Events acknowledged by Kafka, or refused by it with error_type", _CLIENT
)
_CONSUMED = Counter(
    "messaging_client_consumed_messages_total", "Records handed out by Kafka, those that come again included", _GROUP
)
_OPERATION = Histogram(
    "messaging_client_operation_duration_seconds",
    "Time of a call to Kafka: send, poll, commit",
    _GROUP,
    buckets=_SECONDS,
)
_PROCESS = Histogram(
    "messaging_process_duration_seconds",
    "Time from the start of a batch to its commit, or with error_type to its end",
    _GROUP,
    buckets=_SECONDS,
)


def sent(topic: str, events: int, error_type: str = "") -> None:
    """Tells of `events` that Kafka has acknowledged, or refused for `error_type`."""
    _SENT.labels("send", SYSTEM, topic, error_type).inc(events)


def consumed(group: str, topic: str, records: int) -> None:
    _CONSUMED.labels(group, "poll", SYSTEM, topic, "").inc(records)


def operated(operation: str, seconds: float, *, group: str = "", topic: str = "", error_type: str = "") -> None:
    """Tells of one call to Kafka; `topic` is empty for a call about several."""
    _OPERATION.labels(group, operation, SYSTEM, topic, error_type).observe(seconds)


def processed(group: str, seconds: float, *, topic: str = "", error_type: str = "") -> None:
    """Tells of one batch; `topic` is empty for a batch from several."""
    _PROCESS.labels(group, "process", SYSTEM, topic, error_type).observe(seconds)
