"""A fact that exists in two versions, on a topic of the test: how a breaking change is made."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas import catalogue
from schemas.envelope import Event
from services.chassis.decisions import Aggregate, Decision


class LampLit(Event):
    """A lamp was lit, as told at first: the room by its name."""

    aggregate: ClassVar[str] = "lamp_id"

    lamp_id: UUID = Field(description="The lamp.")
    room: str = Field(description="Name of the room.")


class LampLitV2(Event):
    """A lamp was lit, as told today: the room by its floor and number."""

    aggregate: ClassVar[str] = "lamp_id"
    version: ClassVar[int] = 2

    lamp_id: UUID = Field(description="The lamp.")
    floor: int = Field(description="Floor of the room, 0 for the ground.")
    number: int = Field(description="Number of the room on its floor.")


@dataclass(frozen=True, kw_only=True)
class Lamp(Aggregate):
    def light_told_twice(self) -> "Decision[Lamp]":
        """While readers of the first version are left: both, the old one first."""
        return self.after(LampLit(lamp_id=self.id, room="2.14"), LampLitV2(lamp_id=self.id, floor=2, number=14))

    def light(self) -> "Decision[Lamp]":
        """Once none is left."""
        return self.after(LampLitV2(lamp_id=self.id, floor=2, number=14))

    def light_for_its_readers(self) -> "Decision[Lamp]":
        """The first version as long as the catalogue names somebody who reads it."""
        return self.light_told_twice() if catalogue.consumers_of(LampLit) else self.light()


EVENTS = (LampLit, LampLitV2)


@contextmanager
def catalogued(topic: str) -> Iterator[None]:
    """Both versions travel on `topic` for the time of the block, each with a reader."""
    catalogue_says(topic, readers_of_v1=("notifications",))
    catalogue._BY_TYPE.update({event.ce_type(): event for event in EVENTS})
    try:
        yield
    finally:
        for event in EVENTS:
            del catalogue._TOPIC_OF[event], catalogue._BY_TYPE[event.ce_type()]


def catalogue_says(topic: str, *, readers_of_v1: tuple[str, ...]) -> None:
    """What topics.toml would say of the two."""
    entry = catalogue.Topic(
        name=topic,
        data_class="A",
        keys=("lamp_id",),
        partitions=1,
        retention_days=0,
        producer="meetings",
        consumers=MappingProxyType({"LampLit": readers_of_v1, "LampLitV2": ("reporting",)}),
        events=EVENTS,
    )
    catalogue._TOPIC_OF.update({event: entry for event in EVENTS})
