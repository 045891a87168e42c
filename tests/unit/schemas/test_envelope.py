"""The envelope on the wire: CloudEvents 1.0, Kafka binding, binary mode."""

from datetime import UTC, datetime, timedelta, timezone
from typing import ClassVar
from uuid import UUID

import pytest
from pydantic import ValidationError

from schemas.envelope import Envelope, Event, NotACloudEvent

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SECRET = "Dupont"
ENVELOPE = Envelope(
    id="0190c0de-0000-7000-8000-000000000001",
    source="/cispd/meetings",
    type="cispd.meetings.MeetingHeld.v1",
    time=datetime(2017, 1, 20, 11, 30, 0, 123456, tzinfo=UTC),
    subject="6a1e",
    dataschema="urn:cispd:schema:meetings.MeetingHeld.v1",
    sequence=7,
    partitionkey="6a1e",
    correlationid="c0ffee",
    causationid="0190c0de-0000-7000-8000-000000000000",
    traceparent=PARENT,
)


class LampLit(Event):
    """A lamp was lit."""

    aggregate: ClassVar[str] = "lamp_id"
    lamp_id: UUID


class LampLitV2(Event):
    """A lamp was lit, as told today."""

    aggregate: ClassVar[str] = "lamp_id"
    version: ClassVar[int] = 2
    lamp_id: UUID


def _headers_without(*names: str) -> list[tuple[str, bytes | None]]:
    return [(name, value) for name, value in ENVELOPE.to_headers() if name not in names]


def _headers_with(name: str, value: bytes | None) -> list[tuple[str, bytes | None]]:
    return [*_headers_without(name), (name, value)]


def test_an_envelope_read_back_is_the_same() -> None:
    assert Envelope.from_headers(ENVELOPE.to_headers()) == ENVELOPE


def test_headers_follow_the_kafka_binding_of_cloudevents() -> None:
    headers = dict(ENVELOPE.to_headers())
    assert headers["ce_specversion"] == b"1.0"
    assert headers["ce_time"] == b"2017-01-20T11:30:00.123456Z"
    assert headers["ce_sequence"] == b"0000000007"
    assert headers["content-type"] == b"application/json"


def test_the_trace_context_is_also_there_under_its_plain_name() -> None:
    headers = dict(ENVELOPE.to_headers())
    assert headers["traceparent"] == headers["ce_traceparent"] == PARENT.encode()


def test_an_absent_attribute_has_no_header() -> None:
    bare = Envelope.from_headers(_headers_without("ce_causationid", "ce_traceparent", "traceparent"))
    assert bare.causationid is bare.traceparent is None
    assert {"ce_causationid", "ce_traceparent", "traceparent"} & {name for name, _ in bare.to_headers()} == set()


def test_sequences_sort_as_text_as_they_do_as_numbers() -> None:
    texts = [dict(_numbered(number).to_headers())["ce_sequence"] for number in (2, 10, 999)]
    assert texts == sorted(texts)


def _numbered(number: int) -> Envelope:
    return Envelope.from_headers(_headers_with("ce_sequence", str(number).encode()))


def test_a_time_of_another_zone_is_the_same_moment_in_utc() -> None:
    paris = timezone(timedelta(hours=1))
    read = Envelope.from_headers(_headers_with("ce_time", b"2017-01-20T12:30:00.123456+01:00"))
    assert read.time == ENVELOPE.time.astimezone(paris)
    assert read.time.tzinfo == UTC


def test_a_time_without_zone_cannot_be_sent() -> None:
    naive = Envelope(**{name: getattr(ENVELOPE, name) for name in ENVELOPE.__slots__} | {"time": datetime(2017, 1, 1)})  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        naive.to_headers()


def test_unknown_headers_and_null_headers_are_ignored() -> None:
    headers = [*ENVELOPE.to_headers(), ("x-else", b"\xff\xfe"), ("ce_other", None)]
    assert Envelope.from_headers(headers) == ENVELOPE


REQUIRED = (
    "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_dataschema", "ce_sequence",
    "ce_partitionkey", "ce_correlationid",
)  # fmt: skip


@pytest.mark.parametrize("name", REQUIRED)
def test_a_record_without_a_required_attribute_is_not_a_cloud_event(name: str) -> None:
    with pytest.raises(NotACloudEvent, match=f"{name} is missing"):
        Envelope.from_headers(_headers_without(name))


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", [b"", None])
def test_an_empty_or_null_attribute_counts_as_missing(name: str, value: bytes | None) -> None:
    with pytest.raises(NotACloudEvent, match=f"{name} is missing"):
        Envelope.from_headers(_headers_with(name, value))


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("ce_specversion", SECRET.encode(), "ce_specversion is not 1.0"),
        ("ce_time", SECRET.encode(), "ce_time is not an RFC 3339 time"),
        ("ce_time", b"2017-01-20T11:30:00", "ce_time has no time zone"),
        ("ce_sequence", SECRET.encode(), "ce_sequence is not a positive whole number"),
        ("ce_sequence", b"0", "ce_sequence is not a positive whole number"),
        ("ce_sequence", b"-1", "ce_sequence is not a positive whole number"),
        ("ce_sequence", "٣".encode(), "ce_sequence is not a positive whole number"),
        ("ce_sequence", b"9" * 4400, "ce_sequence is not a positive whole number"),
        ("ce_id", b"\xff" + SECRET.encode(), "ce_id is not UTF-8"),
        ("content-type", SECRET.encode(), "content-type is not application/json"),
        ("content-type", None, "content-type is not application/json"),
        ("content-type", b"application/cloudevents+json", "content-type is not application/json"),
    ],
)
def test_an_unreadable_attribute_is_named_and_its_value_never_repeated(
    name: str, value: bytes | None, reason: str
) -> None:
    with pytest.raises(NotACloudEvent) as refused:
        Envelope.from_headers(_headers_with(name, value))
    assert refused.value.reason == reason
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_content_type_with_parameters_is_understood() -> None:
    assert Envelope.from_headers(_headers_with("content-type", b"Application/JSON; charset=utf-8")) == ENVELOPE


def test_no_headers_at_all_is_not_a_cloud_event() -> None:
    with pytest.raises(NotACloudEvent):
        Envelope.from_headers([])


def test_an_events_key_is_its_aggregates_id() -> None:
    lamp = UUID(int=1)
    assert LampLit(lamp_id=lamp).key == str(lamp)


def test_a_type_tells_topic_fact_and_version() -> None:
    assert LampLit.ce_type() == "cispd.test_envelope.LampLit.v1"
    assert LampLitV2.ce_type() == "cispd.test_envelope.LampLit.v2"
    assert LampLitV2.dataschema() == "urn:cispd:schema:test_envelope.LampLit.v2"


def test_an_event_does_not_change() -> None:
    with pytest.raises(ValidationError):
        LampLit(lamp_id=UUID(int=1)).lamp_id = UUID(int=2)  # type: ignore[misc]
