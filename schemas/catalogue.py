"""Which event travels on which topic, who writes it and who reads it. Source: topics.toml and the event modules."""

import inspect
import tomllib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from .envelope import Event

DataClass = Literal["A", "B", "C"]


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One topic. `retention_days` 0 keeps for ever; `consumers` maps an event's class name to service names."""

    name: str
    data_class: DataClass
    keys: tuple[str, ...]
    partitions: int
    retention_days: int
    producer: str
    consumers: MappingProxyType[str, tuple[str, ...]]
    events: tuple[type[Event], ...]

    @property
    def module(self) -> str:
        """`meetings` for `cispd.meetings`: the module of schemas/events that holds its events."""
        return self.name.partition(".")[2]


def _events_of(module_name: str) -> tuple[type[Event], ...]:
    """Event classes of a module, in its order; a class that others extend is a shared part, not a fact."""
    try:
        module = import_module(f"schemas.events.{module_name}")
    except ModuleNotFoundError:
        return ()
    found = [kind for kind in vars(module).values() if inspect.isclass(kind) and issubclass(kind, Event)]
    own = [kind for kind in found if kind.__module__ == module.__name__]
    extended = {parent for kind in own for parent in kind.__mro__[1:]}
    return tuple(kind for kind in own if kind not in extended)


def _topic(name: str, entry: dict[str, Any]) -> Topic:
    return Topic(
        name=name,
        data_class=entry["class"],
        keys=tuple(entry["keys"]),
        partitions=entry["partitions"],
        retention_days=entry["retention_days"],
        producer=entry["producer"],
        consumers=MappingProxyType({event: tuple(who) for event, who in entry["events"].items()}),
        events=_events_of(name.partition(".")[2]),
    )


def _load() -> dict[str, Topic]:
    entries = tomllib.loads((Path(__file__).parent / "topics.toml").read_text(encoding="utf-8"))
    return {name: _topic(name, entry) for name, entry in entries.items()}


TOPICS: MappingProxyType[str, Topic] = MappingProxyType(_load())
_TOPIC_OF = {event: topic for topic in TOPICS.values() for event in topic.events}
_BY_TYPE = {event.ce_type(): event for event in _TOPIC_OF}


def topic_of(event: type[Event]) -> Topic:
    """The topic an event travels on. Raises KeyError for a class that no event module holds."""
    return _TOPIC_OF[event]


def event_class(ce_type: str) -> type[Event] | None:
    """The model of a CloudEvents type, or None when this version of the contract does not know it."""
    return _BY_TYPE.get(ce_type)


def consumers_of(event: type[Event]) -> tuple[str, ...]:
    """Names of the services that subscribe to an event; empty when the catalogue has no line for it."""
    return topic_of(event).consumers.get(event.__name__, ())
