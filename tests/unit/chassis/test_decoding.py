"""What a record turns out to be before anything is done with it."""

import json
from typing import Any

import pytest

from schemas.envelope import Event
from schemas.events.meetings import MeetingCancelled
from services.chassis.consumer.decoding import Incoming, decode
from services.chassis.subscriptions import Subscriptions
from tests.support.messaging import fact, record

subscriptions = Subscriptions()


@subscriptions.on(MeetingCancelled)
async def on_meeting_cancelled(event: Event, act: Any) -> None: ...


def read(event: Event, **changes: Any) -> Incoming:
    return decode(record(event, 1, **{"topic": "cispd.meetings"} | changes), subscriptions.event_types)


def reason(incoming: Incoming) -> str | None:
    return None if incoming.fault is None else incoming.fault.reason


def test_a_record_as_it_should_be_is_read() -> None:
    event = fact()
    assert read(event).event == event


def test_an_event_on_another_topic_than_its_own_is_put_aside() -> None:
    assert reason(read(fact(), topic="cispd.bodies")) == "WrongTopic"


def test_an_event_nobody_asked_for_is_passed_over_wherever_it_is() -> None:
    incoming = read(fact(), topic="cispd.bodies", ce={"type": "cispd.meetings.MeetingHeld.v1"})
    assert (incoming.skip, incoming.fault) == ("not_subscribed", None)


@pytest.mark.parametrize(
    "changes", [{"key": b"other"}, {"ce": {"subject": "other"}}, {"ce": {"partitionkey": "other"}}]
)
def test_key_partition_key_and_subject_must_agree(changes: dict[str, Any]) -> None:
    assert reason(read(fact(), **changes)) == "WrongKey"


def test_the_aggregate_in_the_value_must_be_the_key() -> None:
    other = json.dumps(fact().model_dump(mode="json")).encode()
    assert reason(read(fact(), value=other)) == "WrongKey"


def test_the_aggregate_may_be_written_in_another_way_than_the_key() -> None:
    event = fact()
    shouted = json.dumps(event.model_dump(mode="json") | {"meeting_id": event.key.upper()}).encode()
    assert read(event, value=shouted).event == event
