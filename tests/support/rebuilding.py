"""Projections on topics of the test, filled by their live consumer and built anew; also a process, to be killed."""

import asyncio
import copy
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from aiokafka import AIOKafkaProducer

from schemas.envelope import Event
from schemas.events.meetings import (
    AnnualObligationFulfilled,
    DecisionRecorded,
    MeetingCancelled,
    MeetingConvened,
    MeetingHeld,
    MeetingRescheduled,
    MeetingScheduled,
)
from services.chassis import telemetry
from services.chassis.projections import Projection
from services.chassis.rebuild.rebuilding import Rebuilding, Report
from services.chassis.rebuild.verbs import as_worker
from services.chassis.rebuild.workers import Share, Workers
from services.chassis.running import Running
from services.reporting.projections import meetings
from tests.support.messaging import OnTopics, fact, record, running

SPACE = UUID("1d0a8b3e-6c4f-4c55-9a43-5f4c1e2d7a60")
JANUARY = datetime(2017, 1, 20, 9, tzinfo=UTC)


def on_topic(projection: Projection, topic: str) -> Projection:
    """The same projection, read from another topic."""
    moved = copy.copy(projection)
    moved.__class__ = type("Moved", (Projection,), {"topic": topic})
    moved.subscriptions = OnTopics(topic)
    moved.subscriptions.include(projection.subscriptions)
    return moved


def life(number: int) -> list[Event]:
    """The facts of one meeting, from its announcement to its end, somewhat different for each number."""
    key, day = uuid5(SPACE, str(number)), timedelta(days=number % 300)

    def about(kind: type[Event], **changes: Any) -> Any:
        return fact(kind, key).model_copy(update=changes)

    ended = (
        about(MeetingCancelled, starts_at=JANUARY + day)
        if number % 7 == 0
        else about(MeetingHeld, starts_at=JANUARY + 2 * day)
    )
    return [
        about(MeetingScheduled, starts_at=JANUARY + day),
        about(MeetingConvened, starts_at=JANUARY + day, notice_days=number % 30, notice_days_required=15),
        about(MeetingRescheduled, starts_at=JANUARY + 2 * day, convened=True),
        about(DecisionRecorded, decision_id=uuid5(key, "decision")),
        about(AnnualObligationFulfilled, year=2017 + number % 3, held_on=date(2017, 1, 1) + day),
        ended,
    ]


def expected(numbers: Sequence[int], ends: bool = True) -> dict[UUID, tuple[str, datetime, int]]:
    """State, start and notice of each meeting after its whole life, told without any code of the projection."""
    return {
        uuid5(SPACE, str(number)): (
            "cancelled" if number % 7 == 0 else "held",
            JANUARY + timedelta(days=number % 300) * (1 if number % 7 == 0 else 2),
            number % 30,
        )
        for number in numbers
    }


async def publish(producer: AIOKafkaProducer, topic: str, events: Sequence[Event], *, after: int = 0) -> None:
    """Facts of one aggregate, the first with version `after` + 1."""
    for version, event in enumerate(events, start=after + 1):
        made = record(event, version)
        await producer.send(topic, made.value, key=made.key, headers=list(made.headers))


class Anew:
    """Rebuilds of `projection`; `tell` sees each step.

    With `processes` several read at once, however little there is to read.
    """

    def __init__(self, of: Running, projection: Projection, owner_url: str) -> None:
        self.told: list[tuple[int, int, str]] = []
        self.running, self.projection, self.owner_url = of, projection, owner_url
        addresses = (of.settings.database_url.get_secret_value(), owner_url, of.settings.kafka_bootstrap_servers)
        self.command = (sys.executable, "-m", "tests.support.rebuilding", *addresses, projection.topic)

    async def run(self, *, resume: bool = False, accept_differences: bool = False, processes: int = 1) -> Report:
        work = self.work(processes)
        try:
            return await work.run(resume=resume, accept_differences=accept_differences)
        finally:
            await work.close()

    def work(self, processes: int = 1) -> Rebuilding:
        workers = Workers((*self.command, "--share"), processes, worth=1)
        return Rebuilding(self.running, self.projection, self.owner_url, self._tell, workers)

    def _tell(self, done: int, total: int, *, step: str) -> None:
        self.told.append((done, total, step))


async def _play(anew: Anew, words: Sequence[str]) -> None:
    if words[0] == "--share":
        work = anew.work()
        try:
            await as_worker(Share.model_validate_json(words[1]))(work)
        finally:
            await work.close()
    else:
        await anew.run(resume=True, processes=int(words[1]))


if __name__ == "__main__":
    telemetry.set_up("reporting", "rebuild", None)
    runtime, owner, bootstrap, name = sys.argv[1:5]
    asyncio.run(_play(Anew(running(runtime, bootstrap, "reporting"), on_topic(meetings, name), owner), sys.argv[5:]))
