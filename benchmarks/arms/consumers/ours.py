"""Our consumer as deployed. Words after the five arguments take a feature out, by substitution and only here."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import uvloop

from benchmarks.arms.consumers import UPSERT_MANY, UPSERT_ONE, Meter, Row, arguments, chosen, columns
from benchmarks.harness.load import KIND
from schemas.envelope import Envelope
from services.chassis import consumer, telemetry
from services.chassis.act import Act
from services.chassis.consumer import seen
from services.chassis.consumer.batches import Batches
from services.chassis.consumer.shell import Shell
from services.chassis.process import spare_the_collector
from services.chassis.running import Running
from services.chassis.subscriptions import Fact
from tests.support.messaging import OnTopics, running

WITHOUT = ("without-validation", "without-parking")


def _row(event: Any, cause: Envelope) -> Row:
    # The key's text as it came: the consumer has seen that it is the event's own.
    return cause.subject, cause.sequence, event.body_name, event.opened_at.isoformat()


def subscriptions(topic: str, handled: list[int], *, per_event: bool) -> OnTopics:
    """The upsert as a handler of batches, or of single events."""
    wanted = OnTopics(topic)
    if per_event:

        @wanted.on(KIND)
        async def on_one(event: Any, act: Act) -> None:
            assert act.cause is not None
            await act.tx.execute(UPSERT_ONE, *_row(event, act.cause))
            handled[0] += 1

    else:

        @wanted.on_batch(KIND)
        async def on_many(facts: Sequence[Fact[Any]], act: Act) -> None:
            await act.tx.execute(UPSERT_MANY, *columns(_row(each.event, each.cause) for each in facts))
            handled[0] += len(facts)

    return wanted


def count_commits(of: Running, handled: list[int], meter: Meter) -> None:
    """Has the meter told of each batch once its transaction is committed."""
    take = Batches.take

    async def metered(self: Batches, records: Any) -> None:
        meter.begin()
        before = handled[0]
        await take(self, records)
        if meter.done < meter.wanted and meter.add(handled[0] - before):
            of.stopping.set()

    Batches.take = metered  # type: ignore[method-assign]


def pausable() -> None:
    """SIGUSR1 has the member hand out nothing more of what it is assigned, SIGUSR2 has it go on: a backlog is made."""
    start = Shell.start

    async def started(self: Shell) -> None:
        await start(self)
        client, loop = self.client, asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, lambda: client.pause(*client.assignment()))
        loop.add_signal_handler(signal.SIGUSR2, lambda: client.resume(*client.assignment()))

    Shell.start = started  # type: ignore[method-assign]


def take_out(features: Sequence[str]) -> None:
    """Puts something cheaper in the place of a feature, to see what the feature costs."""
    if "without-validation" in features:
        KIND.model_validate = _trusted  # type: ignore[method-assign,assignment]
    if "without-parking" in features:
        seen.ANY_PARKED = "select $1 = ''"


def _trusted(content: dict[str, Any], **_: Any) -> Any:
    """The fact without any check: what a consumer that trusts its records would do (model_construct is slower)."""
    event = KIND.__new__(KIND)
    object.__setattr__(event, "__dict__", {**content, "opened_at": datetime.fromisoformat(content["opened_at"])})
    return event


async def main(url: str, bootstrap: str, topic: str, meter: Meter) -> None:
    of, handled = running(url, bootstrap, "reporting"), [0]
    count_commits(of, handled, meter)
    take_out(chosen(WITHOUT))
    pausable()
    # As in production it leaves its group when told to end; killed, it would hold its place there for a session.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, of.stopping.set)
    spare_the_collector()
    await consumer.run(of, subscriptions(topic, handled, per_event=bool(chosen(["per-event"]))))


if __name__ == "__main__":
    telemetry.set_up("reporting", "consumer", os.environ.get("CISPD_OTLP_ENDPOINT"))
    uvloop.run(main(*arguments()))
