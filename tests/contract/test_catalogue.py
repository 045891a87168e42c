"""Code, catalogue, subscriptions and the services' READMEs say the same."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from schemas.catalogue import TOPICS, Topic, consumers_of, event_class, topic_of
from schemas.envelope import Event
from schemas.site import site

from .events import EVERY_EVENT, EVERY_TOPIC

ROOT = Path(__file__).parents[2]
SERVICES = sorted(site().services)
FIRST_CELL = re.compile(r"^\| *`(\w+)`", re.MULTILINE)


@pytest.mark.parametrize("topic", EVERY_TOPIC)
def test_every_catalogue_line_has_its_event_and_every_event_its_line(topic: Topic) -> None:
    assert sorted(topic.consumers) == sorted(event.__name__ for event in topic.events)


def test_every_event_module_is_a_topic() -> None:
    modules = {path.stem for path in (ROOT / "schemas" / "events").glob("*.py")} - {"__init__"}
    assert modules == {topic.module for topic in TOPICS.values()}


@pytest.mark.parametrize(("topic", "event"), EVERY_EVENT)
def test_an_event_is_found_by_its_type_and_leads_to_its_topic(topic: Topic, event: type[Event]) -> None:
    assert event_class(event.ce_type()) is event
    assert topic_of(event) is topic


def test_an_unknown_type_is_no_event_of_ours() -> None:
    assert event_class("cispd.meetings.NeverHappened.v1") is None


@pytest.mark.parametrize(("topic", "event"), EVERY_EVENT)
def test_an_event_is_keyed_by_an_id_that_its_topic_names(topic: Topic, event: type[Event]) -> None:
    assert event.aggregate in topic.keys
    assert event.aggregate in event.model_fields


@pytest.mark.parametrize("topic", EVERY_TOPIC)
def test_a_topic_names_no_key_that_no_event_uses(topic: Topic) -> None:
    assert set(topic.keys) == {event.aggregate for event in topic.events}


@pytest.mark.parametrize("topic", EVERY_TOPIC)
def test_producers_and_consumers_are_services(topic: Topic) -> None:
    consumers = {service for names in topic.consumers.values() for service in names}
    assert consumers | {topic.producer} <= set(SERVICES)


def test_two_events_never_share_a_name() -> None:
    names = [event.type_name() for topic in TOPICS.values() for event in topic.events]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("topic", "event"), EVERY_EVENT)
def test_an_event_is_named_as_a_past_fact(topic: Topic, event: type[Event]) -> None:
    # The last words are what became of the thing; « Due » and « Held » are past or present states, not orders.
    last = re.findall("[A-Z][a-z0-9]+", event.__name__.removesuffix(f"V{event.version}"))[-1]
    assert last.endswith("ed") or last in {"Held", "Due", "Out", "Begun", "Sent"}, event.__name__


def _catalogued(service: str) -> set[str]:
    return {event.__name__ for topic in TOPICS.values() for event in topic.events if service in consumers_of(event)}


def _produced(service: str) -> set[str]:
    return {event.__name__ for topic in TOPICS.values() for event in topic.events if topic.producer == service}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_subscribes_to_what_the_catalogue_says_and_to_nothing_else(service: str) -> None:
    subscriptions = import_module(f"services.{service}.service").SERVICE.subscriptions
    assert {event.__name__ for event in subscriptions.event_types} == _catalogued(service)


def _section(service: str, title: str) -> set[str]:
    text = (ROOT / "services" / service / "README.md").read_text(encoding="utf-8")
    _, _, section = text.partition(f"\n## {title}\n")
    return set(FIRST_CELL.findall(section.partition("\n## ")[0]))


@pytest.mark.parametrize("service", SERVICES)
def test_a_readme_lists_what_its_service_publishes(service: str) -> None:
    assert _section(service, "Publishes") == _produced(service)


@pytest.mark.parametrize("service", SERVICES)
def test_a_readme_lists_what_its_service_subscribes_to(service: str) -> None:
    assert _section(service, "Subscribes to") == _catalogued(service)
