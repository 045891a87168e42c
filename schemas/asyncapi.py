"""One AsyncAPI 3.0 document for the whole platform, from the catalogue."""

from collections.abc import Iterable
from typing import Any

from .catalogue import TOPICS, Topic, consumers_of
from .envelope import CONTENT_TYPE, SPEC_VERSION, Event

DAY_MS = 86_400_000
BINDING = {"bindingVersion": "0.5.0"}
CLASSES = {
    "A": "open: institutions and public facts",
    "B": "restricted: the lifecycle of a case under a random id",
    "C": "statistical: coded, cut to the month, no id that joins it to anything",
}
ENVELOPE = "#/components/messageTraits/CloudEvent"
Document = dict[str, Any]


def document() -> Document:
    """The AsyncAPI document; payloads refer to the schema files beside it."""
    topics = TOPICS.values()
    return {
        "asyncapi": "3.0.0",
        "info": _info(),
        "defaultContentType": CONTENT_TYPE,
        "channels": {topic.module: _channel(topic) for topic in topics},
        "operations": {name: operation for topic in topics for name, operation in _operations(topic)},
        "components": {
            "messages": {event.type_name(): _message(topic, event) for topic in topics for event in topic.events},
            "messageTraits": {"CloudEvent": {"headers": _headers()}},
        },
    }


def _info() -> Document:
    return {
        "title": "CISPD: facts of the council",
        "version": "1.0.0",
        "description": "CloudEvents 1.0 over Kafka in binary mode. Order is promised per key. Every event may arrive "
        "more than once with the same `ce_id`; `ce_sequence` counts the facts of one key from 1. Readers ignore fields "
        "they do not know.",
    }


def _channel(topic: Topic) -> Document:
    retention = topic.retention_days * DAY_MS or -1
    return {
        "address": topic.name,
        "description": f"Class {topic.data_class}, {CLASSES[topic.data_class]}. Key: {' or '.join(topic.keys)}.",
        "messages": {event.type_name(): _ref("components/messages", event.type_name()) for event in topic.events},
        "bindings": {
            "kafka": BINDING
            | {
                "partitions": topic.partitions,
                "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": retention},
            }
        },
    }


def _operations(topic: Topic) -> Iterable[tuple[str, Document]]:
    """What each service sends to and receives from one topic."""
    yield f"{topic.producer}.send.{topic.module}", _operation("send", topic, topic.events)
    for service in sorted({name for names in topic.consumers.values() for name in names}):
        wanted = [event for event in topic.events if service in consumers_of(event)]
        yield f"{service}.receive.{topic.module}", _operation("receive", topic, wanted)


def _operation(action: str, topic: Topic, events: Iterable[type[Event]]) -> Document:
    return {
        "action": action,
        "channel": _ref("channels", topic.module),
        "messages": [_ref(f"channels/{topic.module}/messages", event.type_name()) for event in events],
    }


def _message(topic: Topic, event: type[Event]) -> Document:
    return {
        "name": event.ce_type(),
        "summary": summary(event),
        "traits": [{"$ref": ENVELOPE}],
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./{topic.name}/{event.type_name()}.json"},
        },
        "bindings": {"kafka": BINDING | {"key": {"type": "string", "description": f"The {event.aggregate}."}}},
    }


def summary(event: type[Event]) -> str:
    """The first line of the event's docstring."""
    return (event.__doc__ or "").strip().partition("\n")[0]


def _ref(*path: str) -> dict[str, str]:
    return {"$ref": "#/" + "/".join(path)}


def _headers() -> Document:
    def text(description: str, **more: Any) -> Document:
        return {"type": "string", "description": description} | more

    trace = r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"
    properties = {
        "ce_specversion": text("Version of CloudEvents.", const=SPEC_VERSION),
        "ce_id": text("Identity of the event; the same on every redelivery."),
        "ce_source": text("The service that recorded the fact.", pattern="^/cispd/[a-z]+$"),
        "ce_type": text("Topic, fact and version.", pattern=r"^cispd\.[a-z]+\.[A-Za-z0-9]+\.v[0-9]+$"),
        "ce_time": text("When the fact was recorded; class C: the first instant of the month.", format="date-time"),
        "ce_subject": text("Id of the aggregate, equal to the key."),
        "ce_dataschema": text("`$id` of the JSON Schema of the value.", format="uri"),
        "ce_sequence": text("Version of the aggregate after the event, ten digits.", pattern="^[0-9]{10,19}$"),
        "ce_partitionkey": text("The Kafka key."),
        "ce_correlationid": text("What this event and others are consequences of."),
        "ce_causationid": text("Id of the event that caused this one; never in class C."),
        "ce_traceparent": text("W3C trace context of the creation; never in class C.", pattern=trace),
        "traceparent": text("Equal to ce_traceparent, for tools that know only this name.", pattern=trace),
        "content-type": text("Media type of the value.", const=CONTENT_TYPE),
    }
    optional = {"ce_causationid", "ce_traceparent", "traceparent"}
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }
