"""The facts of the service under test, on topics of its own beside those of the contract."""

from types import MappingProxyType
from typing import ClassVar
from uuid import UUID

from schemas import catalogue
from schemas.envelope import Event

ACCOUNTS = "resilience.accounts"
ACKNOWLEDGEMENTS = "resilience.acknowledgements"
REMINDERS = "resilience.reminders"


class _AccountFact(Event):
    aggregate: ClassVar[str] = "account_id"

    account_id: UUID
    command_id: UUID
    amount: int
    note: str


class Deposited(_AccountFact):
    """Money came in. A `poison` one is refused by its handler until somebody mends it."""

    poison: bool


class Withdrawn(_AccountFact):
    """Money went out; the consumer answers with a fact of its own."""


class Acknowledged(Event):
    """The consumer's answer to one withdrawal: `of` is the id of that event."""

    aggregate: ClassVar[str] = "account_id"

    account_id: UUID
    of: str
    amount: int


class Reminded(Event):
    """A timer fired, set by the command `reminder_id`."""

    aggregate: ClassVar[str] = "reminder_id"

    reminder_id: UUID


def _topic(name: str, key: str, *events: type[Event]) -> catalogue.Topic:
    return catalogue.Topic(
        name=name,
        data_class="A",
        keys=(key,),
        partitions=8,
        retention_days=0,
        producer="ledger",
        consumers=MappingProxyType({}),
        events=events,
    )


TOPICS = (
    _topic(ACCOUNTS, "account_id", Deposited, Withdrawn),
    _topic(ACKNOWLEDGEMENTS, "account_id", Acknowledged),
    _topic(REMINDERS, "reminder_id", Reminded),
)


def enter_in_catalogue() -> None:
    """Makes these facts known to this process for good; only the processes under test call it."""
    for topic in TOPICS:
        catalogue._TOPIC_OF.update({event: topic for event in topic.events})
        catalogue._BY_TYPE.update({event.ce_type(): event for event in topic.events})


def topic_name(event: type[Event]) -> str:
    """The topic an event of ours travels on."""
    return next(topic.name for topic in TOPICS if event in topic.events)
