"""What surrounds a fact on its way: the Event model every fact extends, and its CloudEvents 1.0 envelope.

Source: CloudEvents 1.0.2, Kafka protocol binding (binary content mode), extensions partitioning, sequence,
distributed tracing. `correlationid` and `causationid` are ours.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import ClassVar, Final

from pydantic import BaseModel, ConfigDict

CONTENT_TYPE: Final = "application/json"
SPEC_VERSION: Final = "1.0"

Headers = list[tuple[str, bytes]]


class Event(BaseModel):
    """A fact that happened to one aggregate. Readers ignore fields they do not know, so that a fact may gain some.

    `aggregate` names the field that is the aggregate's id. A class that others of its module extend only shares fields
    and is no fact itself. The second version of `MeetingHeld` is a class `MeetingHeldV2` with `version = 2`, beside
    the first and not extending it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    aggregate: ClassVar[str]
    version: ClassVar[int] = 1

    @property
    def key(self) -> str:
        """The aggregate's id: the Kafka key, within which order is promised."""
        return str(getattr(self, self.aggregate))

    @classmethod
    def type_name(cls) -> str:
        """`MeetingHeld.v1`: the fact's name and version, without its topic."""
        return f"{cls.__name__.removesuffix(f'V{cls.version}')}.v{cls.version}"

    @classmethod
    def ce_type(cls) -> str:
        """`cispd.meetings.MeetingHeld.v1`; the middle part is the module of the topic."""
        return f"cispd.{cls.__module__.rpartition('.')[2]}.{cls.type_name()}"

    @classmethod
    def dataschema(cls) -> str:
        """The `$id` of the published JSON Schema of this version."""
        return f"urn:cispd:schema:{cls.ce_type().removeprefix('cispd.')}"


class NotACloudEvent(ValueError):
    """A record's headers are not an envelope of ours. The reason names attributes and never repeats a value."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


# Not frozen: that is paid for with every field of every record that is read. Nobody changes one.
@dataclass(kw_only=True, slots=True)
class Envelope:
    """CloudEvents attributes of one event. `sequence` is the aggregate's version after the event, from 1."""

    id: str
    source: str
    type: str
    time: datetime
    subject: str
    dataschema: str
    sequence: int
    partitionkey: str
    correlationid: str
    causationid: str | None = None
    traceparent: str | None = None

    def to_headers(self) -> Headers:
        """Kafka headers of the binary mode, plus a plain `traceparent` for tools that know only W3C's name."""
        headers = [(f"ce_{name}", value.encode()) for name, value in self._attributes() if value is not None]
        headers.append(("content-type", CONTENT_TYPE.encode()))
        if self.traceparent is not None:
            headers.append(("traceparent", self.traceparent.encode()))
        return headers

    def _attributes(self) -> Iterable[tuple[str, str | None]]:
        yield "specversion", SPEC_VERSION
        yield "id", self.id
        yield "source", self.source
        yield "type", self.type
        yield "time", rfc3339(self.time)
        yield "subject", self.subject
        yield "dataschema", self.dataschema
        # The extension asks for a string that sorts as text.
        yield "sequence", f"{self.sequence:010d}"
        yield "partitionkey", self.partitionkey
        yield "correlationid", self.correlationid
        yield "causationid", self.causationid
        yield "traceparent", self.traceparent

    @classmethod
    def from_headers(cls, headers: Sequence[tuple[str, bytes | None]]) -> "Envelope":
        """Read an envelope; headers we do not know are ignored, the first of a repeated name counts.

        Raises NotACloudEvent when an attribute is missing or unreadable.
        """
        found = dict(headers)
        if len(found) < len(headers):
            found = dict(reversed(headers))
        try:
            required = _required(found)
            version, id_, source, kind, time, subject, schema, sequence, key, correlation = map(bytes.decode, required)
            causation, parent = found.get("ce_causationid"), found.get("ce_traceparent")
            envelope = cls(
                id=id_,
                source=source,
                type=kind,
                time=_time(time),
                subject=subject,
                dataschema=schema,
                sequence=_sequence(sequence),
                partitionkey=key,
                correlationid=correlation,
                causationid=causation.decode() if causation else None,
                traceparent=parent.decode() if parent else None,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise _refusal(found) or error from None
        as_we_write = version == SPEC_VERSION and found.get("content-type") == _CONTENT_TYPE and all(required)
        if not as_we_write and (refusal := _refusal(found)):
            raise refusal
        return envelope


def rfc3339(moment: datetime) -> str:
    """`2017-01-20T09:00:00.000000Z`; the moment must be aware."""
    if moment.tzinfo is None:
        raise ValueError("an envelope's time needs a time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


_ORDERED: Final = (
    "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_dataschema", "ce_sequence",
    "ce_partitionkey", "ce_correlationid",
)  # fmt: skip
_OURS: Final = (*_ORDERED, "ce_causationid", "ce_traceparent", "content-type")
_CONTENT_TYPE: Final = CONTENT_TYPE.encode()
_required: Final = itemgetter(*_ORDERED)


def _refusal(found: Mapping[str, bytes | None]) -> NotACloudEvent | None:
    """What is wrong with headers that are not as we write them; None for what is wrong with a value, or nothing."""
    if unreadable := next((name for name in _OURS if not _is_text(found.get(name))), None):
        return NotACloudEvent(f"{unreadable} is not UTF-8")
    if missing := next((name for name in _ORDERED if not found.get(name)), None):
        return NotACloudEvent(f"{missing} is missing")
    if found["ce_specversion"] != SPEC_VERSION.encode():
        return NotACloudEvent("ce_specversion is not 1.0")
    content_type = (found.get("content-type") or b"").decode()
    if content_type.partition(";")[0].strip().lower() != CONTENT_TYPE:
        return NotACloudEvent("content-type is not application/json")
    return None


def _is_text(value: bytes | None) -> bool:
    try:
        return value is None or bool(value.decode()) or True
    except UnicodeDecodeError:
        return False


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise NotACloudEvent("ce_time is not an RFC 3339 time") from None
    if moment.tzinfo is None:
        raise NotACloudEvent("ce_time has no time zone")
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def _sequence(text: str) -> int:
    # isdecimal alone would take the digits of other scripts
    if not (text.isascii() and text.isdecimal() and len(text) <= 19) or int(text) == 0:
        raise NotACloudEvent("ce_sequence is not a positive whole number")
    return int(text)
